export type { WorkerConfig } from './config.ts';
export { type RunningWorker, startWorker } from './main.ts';
