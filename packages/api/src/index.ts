export { setUpToken } from './auth.ts';
export type { ApiConfig } from './config.ts';
export { type RunningApi, startApi } from './main.ts';
export type { AppRouter } from './router.ts';
