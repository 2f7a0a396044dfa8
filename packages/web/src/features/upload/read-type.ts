import { findMismatch, type MediaType, type Mismatch } from '@assay/shared';
import { isText } from './is-text.ts';
import { nameFormat } from './type-names.ts';

export interface Reading {
  /** Null: not a kind that Assay takes. */
  mediaType: MediaType | null;
  /** Why it can't be taken; null when it can. */
  fault: string | null;
  /** What the name promises and the bytes don't keep; null when nothing. */
  mismatch: Mismatch | null;
}

const sampleBytes = 65_536;

const article = (words: string) => (/^[aeiou]/i.test(words) ? `an ${words}` : `a ${words}`);
const refuse = (fault: string): Reading => ({ mediaType: null, fault, mismatch: null });
const accept = (mediaType: MediaType, path: string, mime: string): Reading => ({
  mediaType,
  fault: null,
  mismatch: findMismatch(path, mime),
});
const text = 'text/plain';
const svg = 'image/svg+xml';

const decodeAscii = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes);

function mediaTypeOfMime(mime: string, ext: string): MediaType | null {
  const kind = mime.split('/', 1)[0];
  if (kind === 'image' || kind === 'video' || kind === 'audio' || kind === 'text') return kind;
  if (ext === 'asf' || ext === 'mxf') return 'video';
  if (ext === 'ogx') return 'audio';
  return null;
}

/** What a file is, from its first 64 KiB. */
export async function readType(file: Blob, path: string): Promise<Reading> {
  if (file.size === 0) return refuse('is empty');
  // A slice costs the browser as much as the reading: thousands of small files are read in half the time without.
  const head = file.size > sampleBytes ? file.slice(0, sampleBytes) : file;
  const sample = new Uint8Array(await head.arrayBuffer());
  if (decodeAscii(sample.subarray(0, 1024)).includes('%PDF-')) return refuse('is a PDF document');
  const { fileTypeFromBuffer } = await import('file-type');
  // file-type rejects some inputs that merely look like a container it knows.
  const found = await fileTypeFromBuffer(sample).catch(() => undefined);
  if (found === undefined) {
    if (!isText(sample)) return refuse('is of no kind that Assay knows');
    return /<svg[\s>]/i.test(decodeAscii(sample.subarray(0, 4096))) && path.toLowerCase().endsWith('.svg')
      ? accept('image', path, svg)
      : accept('text', path, text);
  }
  if (found.mime === 'application/xml') {
    return /<svg[\s>]/i.test(decodeAscii(sample)) ? accept('image', path, svg) : accept('text', path, text);
  }
  const mediaType = mediaTypeOfMime(found.mime, found.ext);
  if (mediaType === null) return refuse(`is ${article(nameFormat(found.ext))}`);
  return accept(mediaType, path, mediaType === 'text' ? text : found.mime);
}
