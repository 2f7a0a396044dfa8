export { stageFile, stageStoredFile } from './ingest.ts';
export { discardFile, Intake, type StagedFile } from './intake.ts';
export { detectFileType } from './media-type/file.ts';
export { type DetectedType, detectMediaType, type FileRest, sampleBytes } from './media-type/index.ts';
export { openStore } from './open-store.ts';
export type { ByteRange, ListedObject, ObjectStore } from './store.ts';
export { parseStoreUrl } from './store-address.ts';
export { sweepDeadline, sweepIncoming, sweepObjects } from './sweep.ts';
export { CorruptObject, verifyHash } from './verify.ts';
