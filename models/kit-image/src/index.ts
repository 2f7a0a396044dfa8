export { decodeImage, type Pixels } from './decode-image.ts';
export { describeImage, type ImageFacts } from './describe-image.ts';
export { type ImageMetadata, readMetadata } from './read-metadata.ts';
