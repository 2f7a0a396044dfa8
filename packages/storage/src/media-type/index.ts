import type { MediaType } from '@assay/shared';
import { fileTypeFromBuffer } from 'file-type';
import { detectText } from './text.ts';

/** How much of a file's beginning decides its type. */
export const sampleBytes = 64 * 1024;

export type DetectedType =
  | { mediaType: MediaType; mime: string; encoding: string | null }
  /** Not one of the four; `is` completes the sentence "clip.pdf is …". */
  | { mediaType: null; mime: string; is: string };

/**
 * Tells a file's type from the first `sampleBytes` of it, or all of it when it is shorter.
 * Never throws, whatever the bytes.
 */
export async function detectMediaType(head: Uint8Array): Promise<DetectedType> {
  // file-type rejects some inputs that merely look like a container it knows.
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  const isText = found?.mime.startsWith('text/') || found?.mime === 'application/xml';
  if (found && !isText) return classify(found.mime);
  const text = detectText(head);
  if (!text) return { mediaType: null, mime: 'application/octet-stream', is: 'of no type that Assay knows' };
  return /^\s*(?:<\?xml[^>]*>\s*|<!--[\s\S]*?-->\s*|<!DOCTYPE\s+svg[^>]*>\s*)*<(?:\w+:)?svg[\s>]/i.test(text.sample)
    ? { mediaType: 'image', mime: 'image/svg+xml', encoding: null }
    : { mediaType: 'text', mime: found?.mime ?? 'text/plain', encoding: text.encoding };
}

function classify(mime: string): DetectedType {
  const [kind] = mime.split('/');
  if (kind === 'image' || kind === 'video' || kind === 'audio') return { mediaType: kind, mime, encoding: null };
  return { mediaType: null, mime, is: documentNames.find(([part]) => mime.includes(part))?.[1] ?? `a ${mime} file` };
}

const documentNames: [part: string, name: string][] = [
  ['pdf', 'a PDF document'],
  ['rtf', 'an RTF document'],
  ['postscript', 'a PostScript document'],
  ['epub', 'an EPUB book'],
  ['wordprocessing', 'a Word document'],
  ['spreadsheet', 'a spreadsheet'],
  ['presentation', 'a presentation'],
  ['opendocument', 'an OpenDocument file'],
  ['x-cfb', 'an older Office document'],
  ['zip', 'a compressed archive'],
  ['rar', 'a compressed archive'],
  ['7z', 'a compressed archive'],
  ['x-xz', 'a compressed archive'],
  ['x-tar', 'an archive'],
  ['font', 'a font'],
  ['x-msdownload', 'a program'],
  ['x-elf', 'a program'],
  ['x-mach-binary', 'a program'],
  ['sqlite', 'a database'],
];
