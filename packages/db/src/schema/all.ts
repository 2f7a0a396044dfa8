export * from './account.ts';
export * from './auth.ts';
export * from './derivation.ts';
export * from './model.ts';
export * from './object.ts';
export * from './prediction.ts';
export * from './run.ts';
export * from './worker.ts';
