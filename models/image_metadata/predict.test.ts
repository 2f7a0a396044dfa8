import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { type ServerUnderTest, startServer } from '@assay/kit-node/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeComment } from './decode-comment.ts';

let model: ServerUnderTest;
beforeAll(async () => {
  model = await startServer(new URL('.', import.meta.url));
});
afterAll(() => model.stop());

const read = (path: string) => readFile(new URL(path, import.meta.url));
const picture = sharp({ create: { width: 60, height: 40, channels: 3, background: 'teal' } });

const exif = {
  IFD0: {
    Make: 'Keller',
    Model: 'K-1',
    Software: 'Darkroom 2',
    DateTime: '2024:05:01 10:11:12',
    Artist: 'Anna Keller',
  },
  IFD2: { DateTimeOriginal: '2024:04:30 09:08:07', OffsetTimeOriginal: '+02:00', FNumber: '28/10' },
  IFD3: {
    GPSLatitudeRef: 'S',
    GPSLatitude: '33/1 55/1 21/1',
    GPSLongitudeRef: 'E',
    GPSLongitude: '18/1 25/1 12/1',
    GPSDateStamp: '2024:04:30',
    GPSTimeStamp: '7/1 8/1 7/1',
  },
};
const told = {
  camera_make: 'Keller',
  camera_model: 'K-1',
  software: 'Darkroom 2',
  artist: 'Anna Keller',
  modified_at: '2024-05-01T10:11:12',
  taken_at: '2024-04-30T09:08:07+02:00',
  f_number: 2.8,
  gps_at: '2024-04-30T07:08:07Z',
  latitude: expect.closeTo(-33.9225, 6),
  longitude: expect.closeTo(18.42, 6),
};

const describe = (about: string) =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${about}</rdf:RDF></x:xmpmeta>`;

test('the sample gives the expected answer', async () => {
  expect(await model.predict(await read('./sample/coffee.jpg'))).toEqual(
    JSON.parse(String(await read('./sample/expected.json'))),
  );
});

test.each(['jpeg', 'png', 'webp', 'avif'] as const)('a %s tells what its EXIF data says', async (format) => {
  const bytes = await picture.clone().withExif(exif).toFormat(format).toBuffer();
  expect((await model.predict(bytes)).result).toMatchObject(told);
});

test('a TIFF tells what its own tags say', async () => {
  const bytes = await picture.clone().tiff({ compression: 'none' }).toBuffer();
  const { result } = await model.predict(addAsciiTag(bytes, 0x010f, 'Keller'));
  expect(result).toMatchObject({ camera_make: 'Keller' });
});

test('XMP tells what EXIF data does not', async () => {
  const bytes = await picture
    .clone()
    .withXmp(describe('<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="Painter 3"/>'))
    .jpeg()
    .toBuffer();
  expect((await model.predict(bytes)).result).toEqual({ software: 'Painter 3' });
});

test('the texts of a PNG are comments', async () => {
  const bytes = addTextChunk(await picture.clone().png().toBuffer(), 'parameters', 'a teal rectangle, steps: 20');
  expect((await model.predict(bytes)).result).toEqual({ comments: ['parameters: a teal rectangle, steps: 20'] });
});

test.each([
  ['ASCII', Buffer.from('ASCII\0\0\0Screenshot')],
  ['UTF-16', Buffer.concat([Buffer.from('UNICODE\0'), Buffer.from('Screenshot', 'utf16le')])],
])("a user's comment in %s is a comment", (_, comment) => {
  expect(decodeComment(new Uint8Array(comment))).toBe('Screenshot');
});

test.each(['astronaut.heic', 'cat.avif', 'cat.webp', 'coffee.gif', 'cat.jpg'])(
  '%s, which says nothing, has an empty result',
  async (file) => {
    const { result, annotations } = await model.predict(await read(`../kit-image/test-files/${file}`));
    expect({ result, annotations }).toEqual({ result: {}, annotations: [] });
  },
);

test('what nobody knew is not told: a time of zeros, a place in the sea off Ghana', async () => {
  const unknown = {
    IFD2: { DateTimeOriginal: '0000:00:00 00:00:00' },
    IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '0/1 0/1 0/1', GPSLongitudeRef: 'E', GPSLongitude: '0/1 0/1 0/1' },
  };
  const bytes = await picture.clone().withExif(unknown).jpeg().toBuffer();
  const { result } = await model.predict(bytes);
  expect(Object.keys(result)).toEqual(['orientation']);
});

test('a picture that is cut off still says where it was taken', async () => {
  const bytes = await sharp(await read('../kit-image/test-files/cat.jpg'))
    .withExif(exif)
    .toBuffer();
  expect((await model.predict(bytes.subarray(0, bytes.length / 2))).result).toMatchObject(told);
});

test('EXIF data that is damaged is told', async () => {
  const bytes = await picture.clone().withExif(exif).jpeg().toBuffer();
  bytes.write('XX', bytes.indexOf('Exif\0\0') + 6);
  expect((await model.predict(bytes)).result).toEqual({ damaged: [expect.stringContaining('EXIF: ')] });
});

test('what is no picture is refused', async () => {
  expect(await model.refusal('hello')).toEqual({ status: 422, message: expect.stringContaining('unsupported image') });
});

/** Puts a text tag before the others of a little-endian TIFF; its first directory moves to the end. */
function addAsciiTag(tiff: Buffer, tag: number, value: string): Buffer {
  const directory = tiff.readUInt32LE(4);
  const count = tiff.readUInt16LE(directory);
  const entries = tiff.subarray(directory + 2, directory + 2 + count * 12);
  const added = Buffer.alloc(12);
  added.writeUInt16LE(tag, 0);
  added.writeUInt16LE(2, 2);
  added.writeUInt32LE(value.length + 1, 4);
  added.writeUInt32LE(tiff.length, 8);
  const all = Array.from({ length: count }, (_, i) => entries.subarray(i * 12, i * 12 + 12));
  const sorted = [...all, added].sort((a, b) => a.readUInt16LE(0) - b.readUInt16LE(0));
  const head = Buffer.from(tiff);
  const text = Buffer.from(`${value}\0`.padEnd(8, '\0'));
  head.writeUInt32LE(tiff.length + text.length, 4);
  const number = Buffer.alloc(2);
  number.writeUInt16LE(count + 1);
  return Buffer.concat([head, text, number, ...sorted, Buffer.alloc(4)]);
}

/** Puts a tEXt chunk after the header of a PNG. */
function addTextChunk(png: Buffer, keyword: string, text: string): Buffer {
  const data = Buffer.from(`tEXt${keyword}\0${text}`, 'latin1');
  const chunk = Buffer.alloc(data.length + 8);
  chunk.writeUInt32BE(data.length - 4, 0);
  data.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(data), data.length + 4);
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
}
