import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
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

const long = (text: string) => text.repeat(Math.ceil(200 / text.length));

test.each<[what: string, bytes: Buffer, encoding: string]>([
  ['plain text', Buffer.from('hello'), 'utf-8'],
  ['JSON', Buffer.from('{"a": [1, 2]}'), 'utf-8'],
  ['a page', Buffer.from('<!doctype html><title>x</title>'), 'utf-8'],
  ['XML', Buffer.from('<?xml version="1.0"?><feed/>'), 'utf-8'],
  ['UTF-8 cut in a character', Buffer.from('Zoë').subarray(0, 3), 'utf-8'],
  ['UTF-16 with its mark', Buffer.from('\ufeffZoë', 'utf16le'), 'utf-16le'],
  ['Western 8-bit', Buffer.from(long('Zoë paid in München. '), 'latin1'), 'windows-1252'],
])('%s is text', async (_, bytes, encoding) => {
  expect(await detectMediaType(bytes)).toMatchObject({ mediaType: 'text', encoding });
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
  ['a program', Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), 'a program'],
])('%s is refused by name', async (_, bytes, is) => {
  expect(await detectMediaType(bytes)).toMatchObject({ mediaType: null, is });
});
