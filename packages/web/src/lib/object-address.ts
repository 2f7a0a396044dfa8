/** Where the bytes of an object are, for an `img`, a player or a download. */
export const addressContent = (hash: string): string => `/objects/${hash}/content`;

const inlineImages = new Set([
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/avif',
  'image/bmp',
  'image/apng',
]);
const inlineVideos = new Set([
  'video/mp4',
  'video/webm',
  'video/ogg',
  'video/quicktime',
  'video/x-m4v',
  'video/matroska',
]);
const inlineSounds = new Set([
  'audio/mpeg',
  'audio/mp4',
  'audio/x-m4a',
  'audio/aac',
  'audio/ogg',
  'audio/webm',
  'audio/wav',
  'audio/x-wav',
  'audio/vnd.wave',
  'audio/wave',
  'audio/flac',
  'audio/x-flac',
  'audio/opus',
]);

const withoutParameters = (mime: string) => mime.split(';', 1)[0]?.trim().toLowerCase() ?? '';

export const canShowImage = (mime: string): boolean => inlineImages.has(withoutParameters(mime));
export const canPlayVideo = (mime: string): boolean => inlineVideos.has(withoutParameters(mime));
export const canPlaySound = (mime: string): boolean => inlineSounds.has(withoutParameters(mime));
