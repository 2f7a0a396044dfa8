import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { box, bytes, le, track, zeros } from './building.ts';
import { detectMediaType, sampleBytes } from './index.ts';

test.each([
  ['astronaut.jpg', 'image', 'image/jpeg'],
  ['astronaut.heic', 'image', 'image/heic'],
  ['cat.avif', 'image', 'image/avif'],
  ['cat.webp', 'image', 'image/webp'],
  ['coffee.gif', 'image', 'image/gif'],
  ['clip.mp4', 'video', 'video/mp4'],
  ['speech.wav', 'audio', 'audio/wav'],
  ['speech.mp3', 'audio', 'audio/mpeg'],
  ['report.txt', 'text', 'text/plain'],
])('%s is %s, %s', async (name, mediaType, mime) => {
  const bytes = await readFile(new URL(`../../../../samples/${name}`, import.meta.url));
  expect(await detectMediaType(bytes.subarray(0, sampleBytes))).toMatchObject({ mediaType, mime });
});

/** Local headers of stored, empty entries. */
const zip = (...names: string[]) =>
  bytes(...names.flatMap((name) => ['PK\x03\x04', zeros(22), le(name.length, 2), zeros(2), name]));

test('whatever the bytes, it answers', async () => {
  const seeds = [box('moov', track('vide')), zip('a'), bytes('OggS', zeros(40)), bytes('RIFF', zeros(4), 'AVI LIST')];
  const start = fc.constantFrom(...seeds).chain((seed) => fc.nat(seed.length).map((end) => seed.subarray(0, end)));
  await fc.assert(
    fc.asyncProperty(start, fc.uint8Array({ maxLength: 500 }), async (head, tail) => {
      const found = await detectMediaType(Buffer.concat([head, tail]));
      if (found.mediaType === 'text' && found.encoding !== null) new TextDecoder(found.encoding);
    }),
    { numRuns: 500 },
  );
});

const long = (text: string) => text.repeat(Math.ceil(200 / text.length));

test.each<[what: string, bytes: Buffer, encoding: string]>([
  ['plain text', Buffer.from('hello'), 'utf-8'],
  ['JSON', Buffer.from('{"a": [1, 2]}'), 'utf-8'],
  ['a page', Buffer.from('<!doctype html><title>x</title>'), 'utf-8'],
  ['XML', Buffer.from('<?xml version="1.0"?><feed/>'), 'utf-8'],
  ['UTF-8 cut in a character', Buffer.from('Zoë').subarray(0, 3), 'utf-8'],
  ['UTF-16 with its mark', Buffer.from('\ufeffZoë', 'utf16le'), 'utf-16le'],
  ['Western 8-bit', Buffer.from(long('Zoë paid in München. '), 'latin1'), 'windows-1252'],
  [
    'Japanese in Shift-JIS',
    Buffer.from('82a882cd82e682a482b282b482a282dc82b781428ee882c582b78142'.repeat(2), 'hex'),
    'shift_jis',
  ],
  ['Russian in KOI8-R', Buffer.from('f0d2c9d7c5d42c20cbc1cb20c4c5ccc13f20'.repeat(4), 'hex'), 'koi8-r'],
  ['Russian in Windows-1251', Buffer.from('cff0e8e2e5f22c20eae0ea20e4e5ebe03f20'.repeat(4), 'hex'), 'windows-1251'],
  ['ISO-2022-JP', Buffer.from('\x1b$B$3$s$K$A$O\x1b(B\n', 'latin1'), 'iso-2022-jp'],
  ['UTF-16 without its mark', Buffer.from('Zoë paid, and left.', 'utf16le'), 'utf-16le'],
  ['big-endian UTF-16 without its mark', Buffer.from('Привет, как дела? ', 'utf16le').swap16(), 'utf-16be'],
  ['a log behind NULs', Buffer.from(`${'\0'.repeat(500)}${long('12:00:00 started\n')}`), 'utf-8'],
  ['a text with the end mark of DOS', Buffer.from('DIR\r\n\x1a'), 'utf-8'],
  ['words that begin like a bitmap', Buffer.from('BMW is short for a name.'), 'utf-8'],
  ['words that begin like a film', Buffer.from('The free software'), 'utf-8'],
  ['source that looks for a PDF', Buffer.from("if (head.startsWith('%PDF-1')) return"), 'utf-8'],
])('%s is text', async (_, bytes, encoding) => {
  expect(await detectMediaType(bytes)).toMatchObject({ mediaType: 'text', encoding });
  expect(() => new TextDecoder(encoding)).not.toThrow();
});

test('text that TextDecoder has no name for is told by its MIME type', async () => {
  const utf32 = Buffer.from([...'Zoë paid'].flatMap((letter) => [letter.charCodeAt(0), 0, 0, 0]));
  const found = { mediaType: 'text', mime: 'text/plain; charset=utf-32le', encoding: null };
  expect(await detectMediaType(utf32)).toEqual(found);
});

test.each([
  ['{"a": [1, 2]}', 'application/json'],
  ['{ a: 1 }', 'text/plain'],
  ['<!doctype html><title>x</title>', 'text/html'],
  ['<?xml version="1.0"?><feed/>', 'application/xml'],
  ['WEBVTT\n\n00:01.000 --> 00:02.000\nhello', 'text/vtt'],
])('%s is %s', async (text, mime) => {
  expect(await detectMediaType(Buffer.from(text))).toMatchObject({ mediaType: 'text', mime });
});

test.each([
  '<svg xmlns="http://www.w3.org/2000/svg"/>',
  '<?xml version="1.0"?>\n<!-- made by hand -->\n<svg:svg xmlns:svg="http://www.w3.org/2000/svg"/>',
])('%s is an image', async (text) => {
  expect(await detectMediaType(Buffer.from(text))).toMatchObject({ mediaType: 'image', mime: 'image/svg+xml' });
});

test.each<[what: string, bytes: Buffer, is: string]>([
  ['nothing', Buffer.alloc(0), 'of no type that Assay knows'],
  ['a few random bytes', Buffer.from([200, 7, 0, 255, 18, 3]), 'of no type that Assay knows'],
  ['random bytes like 8-bit text', Buffer.from(long('\x81\x8d\x8f\xff'), 'latin1'), 'of no type that Assay knows'],
  ['a PDF', Buffer.from('%PDF-1.7\n'), 'a PDF document'],
  ['an archive', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]), 'a compressed archive'],
  ['a program', Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), 'a Linux program'],
  ['an RTF document', Buffer.from('{\\rtf1 Hello}'), 'an RTF document'],
  ['a PostScript document', Buffer.from('%!PS-Adobe-3.0\n'), 'a PostScript document'],
  ['a PDF behind something else', Buffer.from('\0\0junk\n%PDF-1.4\n'), 'a PDF document'],
  ['a Word document', zip('[Content_Types].xml', 'word/document.xml'), 'a Word document'],
  ['an archive of files', zip('notes.txt'), 'a ZIP archive'],
])('%s is refused by name', async (_, bytes, is) => {
  expect(await detectMediaType(bytes)).toMatchObject({ mediaType: null, is });
});
