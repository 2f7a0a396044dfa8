export { readBoundary } from './boundary.ts';
export { MultipartReader, type PartSink } from './multipart-reader.ts';
export type { PartHead } from './part-head.ts';
export { FileSink, ignoringSink, TextSink } from './sinks.ts';
