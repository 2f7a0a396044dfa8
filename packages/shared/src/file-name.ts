import { z } from 'zod';

/** A file whose name promises another format than its bytes are: "named .jpg, is video/mp4". */
export const mismatchSchema = z.object({
  /** Of the name: in small letters, without its dot. */
  extension: z.string(),
  /** Of the bytes. */
  mime: z.string(),
});
export type Mismatch = z.infer<typeof mismatchSchema>;

const movies = 'video/mp4 video/x-m4v video/quicktime video/3gpp video/3gpp2';
const movieSounds = 'audio/mp4 audio/x-m4a audio/quicktime audio/3gpp audio/3gpp2';

/** Extensions that promise a format, each with the MIME types that keep the promise. */
const formats: [extensions: string, mimes: string][] = [
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
  ['psd psb', 'image/vnd.adobe.photoshop'],
  ['jxl', 'image/jxl'],
  ['jp2 j2k j2c jpc jpx jpf jpm', 'image/jp2 image/j2c image/jpx image/jpm'],
  ['tga', 'image/x-tga'],
  ['qoi', 'image/qoi'],
  ['exr', 'image/x-exr'],
  ['dds', 'image/vnd.ms-dds'],
  ['pcx', 'image/x-pcx'],
  ['wmf emf', 'image/wmf image/emf'],
  ['pbm pgm ppm pnm pam', 'image/x-portable-anymap'],
  ['djvu djv', 'image/vnd.djvu'],
  // Cameras' own formats, most of which are TIFF inside.
  ['dng cr2 cr3 crw nef nrw arw sr2 srf orf rw2 raf pef x3f mrw', 'image/*'],
  ['mp4 m4v mov qt 3gp 3g2', `${movies} ${movieSounds}`],
  ['m4a m4b m4p m4r', movieSounds],
  ['webm mkv mk3d', 'video/webm video/matroska audio/webm audio/matroska'],
  ['mka weba', 'audio/webm audio/matroska'],
  ['avi divx', 'video/vnd.avi audio/x-avi'],
  ['wmv asf', 'video/x-ms-asf audio/x-ms-wma audio/x-ms-asf application/vnd.ms-asf'],
  ['wma', 'audio/x-ms-wma audio/x-ms-asf'],
  ['flv', 'video/x-flv audio/x-flv'],
  ['mpg mpeg mpe m1v m2v vob', 'video/mpeg audio/mpeg video/mp1s video/mp2p video/mp2t audio/mp2t'],
  ['m2ts mts m2t', 'video/mp2t audio/mp2t'],
  ['mxf', 'application/mxf'],
  ['rm rmvb', 'video/vnd.rn-realvideo video/x-pn-realvideo audio/x-pn-realaudio application/vnd.rn-realmedia'],
  ['mp3 mp2 mpga', 'audio/mpeg audio/x-apetag'],
  ['wav wave', 'audio/wav audio/vnd.wave audio/x-w64'],
  ['aif aiff aifc', 'audio/aiff'],
  // Behind a long ID3 tag any of these passes for MPEG audio.
  ['flac', 'audio/flac audio/x-flac audio/ogg audio/mpeg'],
  ['aac', 'audio/aac audio/mpeg'],
  ['ape wv tta tak mpc au snd caf amr awb ac3 dts ra dsf', 'audio/*'],
  ['ogg ogv ogx ogm', 'audio/ogg video/ogg application/ogg'],
  ['oga spx opus', 'audio/ogg'],
  ['mid midi kar rmi', 'audio/midi'],
];

const formatsOf = new Map(
  formats.flatMap(([extensions, mimes]) => extensions.split(' ').map((name) => [name, mimes.split(' ')] as const)),
);

/** Extensions that promise text, of whatever kind. XML and HTML may hold a drawing. */
const texts = new Set(
  [
    ...['txt text log md rst tex csv tsv json jsonl ndjson xml xsl html htm xhtml mht css srt vtt ass ssa ics vcf eml'],
    ...[
      'yml yaml toml ini cfg conf sql sh bat cmd ps1 js mjs cjs jsx tsx py rb go rs java kt php cs cpp hpp swift lua',
    ],
  ].flatMap((names) => names.split(' ')),
);
const mayBeDrawing = new Set(['xml', 'xsl', 'html', 'htm', 'xhtml']);

/** Extensions of formats that Assay does not take: what it took under such a name is something else. */
const refused = new Set(
  [
    ...['pdf doc docx xls xlsx ppt pptx odt ods odp rtf epub msg pst mdb sqlite swf ttf otf woff woff2'],
    ...['zip 7z rar gz bz2 xz zst tar cab iso dmg exe dll msi apk jar'],
  ].flatMap((names) => names.split(' ')),
);

const isMedia = (mime: string) => /^(?:(?:image|video|audio)\/|application\/mxf$)/.test(mime);
const isTaken = (mime: string) => isMedia(mime) || /^(?:text\/|application\/(?:json|xml)$)/.test(mime);

function keepsPromise(extension: string, mime: string): boolean {
  const promised = formatsOf.get(extension);
  if (promised)
    return promised.some((each) => each === mime || (each.endsWith('/*') && mime.startsWith(each.slice(0, -1))));
  if (texts.has(extension)) return !isMedia(mime) || (mime === 'image/svg+xml' && mayBeDrawing.has(extension));
  return !(refused.has(extension) && isTaken(mime));
}

/**
 * What a file's name promises and its bytes don't keep; null when the name keeps its promise or, like `IMG_0001.dat`,
 * makes none. A name only ever promises a format by its extension, and text of one kind passes for text of another.
 */
export function findMismatch(fileName: string, mime: string): Mismatch | null {
  // Windows drops spaces and dots at the end of a name.
  const extension = /\.([a-z0-9]{1,8})[. ]*$/i.exec(fileName)?.[1]?.toLowerCase();
  const [essence = ''] = mime.toLowerCase().split(';');
  return extension === undefined || keepsPromise(extension, essence.trim()) ? null : { extension, mime };
}

// Control characters, marks that turn the direction of text, separators of lines, and what has no width. Joiners stay:
// emoji and several scripts need them.
const hidden = /[\p{Cc}\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF\u{E0000}-\u{E007F}]/gu;

/**
 * A file's name, or a sentence that has one in it, as a screen or a terminal may show it: what could fool its reader is
 * spelt out. `photo⟨U+202E⟩gpj.exe` would read as `photoexe.jpg` otherwise. Names are stored as they were sent.
 */
export const showFileName = (name: string): string =>
  name.replace(hidden, (c) => `⟨U+${c.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}⟩`);
