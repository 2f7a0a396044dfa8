/** Extensions that promise one format, each with the MIME types that keep the promise. Text has a thousand, which promise nothing. */
const promises: [extensions: string, mimes: string][] = [
  ['jpg jpeg jpe jfif', 'image/jpeg'],
  ['png apng', 'image/png image/apng'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
  ['avif avifs', 'image/avif image/heif'],
  ['heic heif hif', 'image/heic image/heif image/heic-sequence image/heif-sequence image/avif'],
  ['tif tiff', 'image/tiff'],
  ['bmp dib', 'image/bmp'],
  ['ico cur', 'image/x-icon'],
  ['svg', 'image/svg+xml'],
  ['psd', 'image/vnd.adobe.photoshop'],
  ['jxl', 'image/jxl'],
  ['mp4 m4v', 'video/mp4 video/x-m4v audio/mp4 video/quicktime video/3gpp'],
  ['mov qt', 'video/quicktime video/mp4 audio/quicktime'],
  ['3gp 3g2', 'video/3gpp video/3gpp2 audio/3gpp audio/3gpp2 video/mp4 audio/mp4'],
  ['webm', 'video/webm audio/webm'],
  ['mkv mka mk3d', 'video/matroska audio/matroska video/webm audio/webm'],
  ['avi', 'video/vnd.avi audio/x-avi'],
  ['wmv wma asf', 'video/x-ms-asf audio/x-ms-wma audio/x-ms-asf application/vnd.ms-asf'],
  ['flv', 'video/x-flv audio/x-flv'],
  ['mpg mpeg vob', 'video/mpeg audio/mpeg video/mp1s video/mp2p video/mp2t'],
  ['m2ts mts', 'video/mp2t audio/mp2t'],
  ['m4a m4b', 'audio/mp4 audio/x-m4a video/mp4'],
  ['mp3 mp2 mpga', 'audio/mpeg'],
  ['wav wave', 'audio/wav audio/x-w64'],
  ['aif aiff aifc', 'audio/aiff'],
  ['flac', 'audio/flac'],
  ['ogg oga ogv ogx spx opus', 'audio/ogg video/ogg application/ogg'],
  ['aac', 'audio/aac'],
  ['mid midi', 'audio/midi'],
];

const mimesOf = new Map(
  promises.flatMap(([extensions, mimes]) => extensions.split(' ').map((name) => [name, mimes.split(' ')] as const)),
);

/** Formats that Assay does not take: what it took under such a name is something else. */
const refused = new Set(
  'pdf doc docx xls xlsx ppt pptx odt ods odp rtf epub zip 7z rar gz tar exe ttf otf woff'.split(' '),
);
const isTaken = (mime: string) => /^(?:(?:image|video|audio|text)\/|application\/(?:json|xml|mxf)$)/.test(mime);

/**
 * The extension of a file's name, in small letters and without its dot, when it promises another format than the
 * bytes are (`clip.jpg` that is `video/mp4`: `jpg`); null when it keeps its promise or makes none.
 */
export function findFalseExtension(fileName: string, mime: string): string | null {
  const extension = /\.([a-z0-9]{1,5})$/i.exec(fileName)?.[1]?.toLowerCase() ?? '';
  const [essence = ''] = mime.toLowerCase().split(';');
  const promised = mimesOf.get(extension);
  const isFalse = promised ? !promised.includes(essence) : refused.has(extension) && isTaken(essence);
  return isFalse ? extension : null;
}
