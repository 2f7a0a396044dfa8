import { readFile } from 'node:fs/promises';
import { type ServerUnderTest, startServer } from '@assay/kit-node/testing';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashPdq } from './pdq.ts';

let model: ServerUnderTest;
beforeAll(async () => {
  model = await startServer(new URL('.', import.meta.url));
});
afterAll(() => model.stop());

const read = (path: string) => readFile(new URL(path, import.meta.url));
const files = ['./sample/astronaut.jpg', '../kit-image/test-files/cat.jpg', '../kit-image/test-files/coffee.tiff'];

interface Hashes {
  phash: string;
  pdq: string;
  pdq_quality: number;
}
const hash = async (bytes: Uint8Array) => (await model.predict(bytes)).result as unknown as Hashes;

/** Bits that differ between two hashes in hexadecimal digits. */
function distance(a: string, b: string): number {
  const differing = (BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2);
  return differing.replaceAll('0', '').length;
}

test('the sample gives the expected answer', async () => {
  expect(await model.predict(await read('./sample/astronaut.jpg'))).toEqual(
    JSON.parse(String(await read('./sample/expected.json'))),
  );
});

// Said by Meta's own program, in the Python package pdqhash 0.2.8, of the pixels that Pillow decodes.
test.each([
  ['./sample/astronaut.jpg', '2d6f1af3a956c529c79ca3d2526fa834d4196c81cedd04de0a26b855fc99b724'],
  ['../kit-image/test-files/cat.jpg', '5feb5321f01da156898e2b7629a5d343c412cdbd23f48942464526315db33ffd'],
  ['../kit-image/test-files/coffee.tiff', '98629e679e663698f983b846c027727c21a679e61fb6e1f8c79927e27c0299e0'],
])('%s has the PDQ that Meta’s program gives it', async (file, pdq) => {
  expect(await hash(await read(file))).toMatchObject({ pdq, pdq_quality: 100 });
});

describe.each(files)('%s', (file) => {
  test.each([
    ['made smaller', (image: Sharp) => image.resize({ width: 160 }).png()],
    ['as a bad JPEG', (image: Sharp) => image.jpeg({ quality: 30 })],
    ['in grey', (image: Sharp) => image.greyscale().png()],
    ['a little brighter', (image: Sharp) => image.modulate({ brightness: 1.1 }).webp()],
    ['stored on its side', (image: Sharp) => image.rotate(-90).withMetadata({ orientation: 6 }).jpeg()],
  ])('is alike %s', async (_, change) => {
    const bytes = await read(file);
    const [original, changed] = [await hash(bytes), await hash(await change(sharp(bytes)).toBuffer())];
    expect(original.pdq_quality).toBeGreaterThan(50);
    // Meta's threshold for a match is 31 of 256.
    expect(distance(original.pdq, changed.pdq)).toBeLessThan(20);
    expect(distance(original.phash, changed.phash)).toBeLessThan(8);
  });
});

test('a HEIC photograph is alike the JPEG that it was made from', async () => {
  const [jpeg, heic] = [await read('./sample/astronaut.jpg'), await read('../kit-image/test-files/astronaut.heic')];
  const [one, other] = [await hash(jpeg), await hash(heic)];
  expect(distance(one.pdq, other.pdq)).toBeLessThan(20);
});

test('other pictures are far away', async () => {
  const hashes: Hashes[] = [];
  for (const file of files) hashes.push(await hash(await read(file)));
  for (const [i, one] of hashes.entries()) {
    for (const other of hashes.slice(i + 1)) {
      expect(distance(one.pdq, other.pdq)).toBeGreaterThan(80);
      expect(distance(one.phash, other.phash)).toBeGreaterThan(16);
    }
  }
});

test('a picture without anything in it has no quality', async () => {
  const plain = { create: { width: 300, height: 200, channels: 3, background: 'teal' } } as const;
  const { pdq_quality } = await hash(await sharp(plain).png().toBuffer());
  expect(pdq_quality).toBe(0);
});

test('bits stand where the specification has them: a mirror image has every other column turned round', async () => {
  const upright = sharp(await read('./sample/astronaut.jpg')).resize(64, 64);
  const pixels = async (image: Sharp) => ({ data: await image.raw().toBuffer(), width: 64, height: 64 });
  const one = bitsOf(hashPdq(await pixels(upright.clone())).hash);
  const mirrored = bitsOf(hashPdq(await pixels(upright.clone().flop())).hash);
  const same = one.filter((bit, i) => (i % 2 === 1 ? bit === mirrored[i] : bit !== mirrored[i]));
  expect(same.length).toBeGreaterThan(250);
});

test('a wave has its frequency and nothing else', () => {
  const wave = (x: number, y: number) =>
    128 + 100 * Math.cos((3 * (2 * x + 1) * Math.PI) / 128) * Math.cos((5 * (2 * y + 1) * Math.PI) / 128);
  const data = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => wave(Math.floor(i / 3) % 64, Math.floor(i / 3 / 64)));
  const { hash: found } = hashPdq({ data, width: 64, height: 64 });
  // Rounding noise decides about the other bits; the wave's own is row 4, column 2, counted from 0.
  expect(bitsOf(found)[4 * 16 + 2]).toBe('1');
  const inverted = hashPdq({ data: data.map((value) => 255 - value), width: 64, height: 64 });
  expect(bitsOf(inverted.hash)[4 * 16 + 2]).toBe('0');
});

test.each([
  ['one pixel', 1],
  ['four pixels', 4],
])('%s is too small', async (_, width) => {
  const bytes = await sharp({ create: { width, height: 10, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  expect(await model.refusal(bytes)).toMatchObject({ status: 422, message: expect.stringContaining('too small') });
});

test('what is no picture, or half of one, is refused', async () => {
  expect((await model.refusal('hello')).message).toContain('unsupported image format');
  const bytes = await read('./sample/astronaut.jpg');
  expect((await model.refusal(bytes.subarray(0, bytes.length / 2))).status).toBe(422);
});

/** The lowest first. */
const bitsOf = (hash: string) => [...BigInt(`0x${hash}`).toString(2).padStart(256, '0')].reverse();
