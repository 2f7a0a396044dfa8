export { decodeImage, type Pixels } from './decode-image.ts';
export { describeImage, type ImageFacts } from './describe-image.ts';
