/** What a browser shows or plays inside a page without running anything in it, as the bytes' own type is named. */
const inlineTypes = new Set([
  ...['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif', 'image/bmp', 'image/apng'],
  ...['video/mp4', 'video/webm', 'video/quicktime', 'video/ogg', 'video/x-m4v', 'video/matroska'],
  ...['audio/mpeg', 'audio/mp4', 'audio/x-m4a', 'audio/ogg', 'audio/wav', 'audio/flac', 'audio/aac', 'audio/webm'],
  ...['audio/vnd.wave', 'audio/wave', 'audio/x-wav', 'audio/x-flac', 'audio/opus'],
]);

/** Whether objects of this type are served to be shown in a page. All others are downloads, and nothing else. */
export const isInline = (mime: string): boolean => inlineTypes.has(mime.split(';', 1)[0]?.trim().toLowerCase() ?? '');
