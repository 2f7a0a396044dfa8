import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readType } from './read-type.ts';

const sample = async (name: string) =>
  new Blob([await readFile(new URL(`../../../../../samples/${name}`, import.meta.url))]);
const bytes = (...parts: (string | Uint8Array<ArrayBuffer>)[]) => new Blob(parts);

test.each([
  ['astronaut.jpg', 'image'],
  ['clip.mp4', 'video'],
  ['speech.wav', 'audio'],
  ['report.txt', 'text'],
])('%s is %s', async (name, mediaType) => {
  expect(await readType(await sample(name), name)).toEqual({ mediaType, fault: null, mismatch: null });
});

test('the bytes decide, and a name that says otherwise is marked', async () => {
  const photo = await sample('astronaut.jpg');
  expect((await readType(photo, 'a/IMG.PNG')).mismatch).toEqual({ extension: 'png', mime: 'image/jpeg' });
  expect((await readType(photo, 'a/IMG.jpeg')).mismatch).toBeNull();
  expect((await readType(photo, 'a/IMG.backup')).mismatch).toBeNull();
  const report = await sample('report.txt');
  expect((await readType(report, 'holiday.jpg')).mismatch).toEqual({ extension: 'jpg', mime: 'text/plain' });
  expect((await readType(report, 'main.rs')).mismatch).toBeNull();
});

test('what Assay does not take is named', async () => {
  expect((await readType(bytes('%PDF-1.7\n'), 'contract.jpg')).fault).toBe('is a PDF document');
  expect((await readType(bytes(''), 'a.txt')).fault).toBe('is empty');
  const noise = Uint8Array.from({ length: 4000 }, (_, index) => (index * 37) % 251);
  expect((await readType(bytes(noise), 'a.bin')).fault).toBe('is of no kind that Assay knows');
  expect((await readType(bytes('PK\x05\x06', new Uint8Array(18)), 'a.zip')).fault).toMatch(/^is a ZIP archive/);
});

test('text is found in its encodings', async () => {
  expect((await readType(bytes('Grüße aus Köln, naïve façade'), 'a')).mediaType).toBe('text');
  const utf16 = new Uint8Array([...'plain western text'].flatMap((letter) => [letter.charCodeAt(0), 0]));
  expect((await readType(bytes(utf16), 'a')).mediaType).toBe('text');
  const latin1 = Uint8Array.from('Gr\u00fc\u00dfe aus K\u00f6ln und noch ein ganzer Satz', (letter) =>
    letter.charCodeAt(0),
  );
  expect((await readType(bytes(latin1), 'a')).mediaType).toBe('text');
  expect((await readType(bytes('x'.repeat(65_535), 'ü'), 'a')).mediaType).toBe('text');
});

test('SVG is an image, other XML is text', async () => {
  expect(
    (await readType(bytes('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"></svg>'), 'a.svg')).mediaType,
  ).toBe('image');
  expect((await readType(bytes('<?xml version="1.0"?><note/>'), 'a.xml')).mediaType).toBe('text');
});
