export { openStore } from './file-store.ts';
export { discardFile, type StagedFile, stageFile } from './ingest.ts';
export type { ByteRange, ObjectStore } from './store.ts';
export { CorruptObject, verifyHash } from './verify.ts';
