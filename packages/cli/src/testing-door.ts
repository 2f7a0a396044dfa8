export { serveNewModel } from './models/new/serve-new-model.ts';
export { type RunningAssay, startAssay } from './start-assay.ts';
export { type House, startHouse } from './start-house.ts';
