import { readFile } from 'node:fs/promises';
import { type ServerUnderTest, startServer } from '@assay/kit-node/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';

let model: ServerUnderTest;
beforeAll(async () => {
  model = await startServer(new URL('.', import.meta.url));
});
afterAll(() => model.stop());

const read = (path: string) => readFile(new URL(path, import.meta.url));
const plain = (background: string, width = 8) => sharp({ create: { width, height: 6, channels: 4, background } });

test('the sample gives the expected answer', async () => {
  expect(await model.predict(await read('./sample/astronaut.jpg'))).toEqual(
    JSON.parse(String(await read('./sample/expected.json'))),
  );
});

test.each(['png', 'webp', 'gif', 'tiff'] as const)('a %s of one colour is that colour', async (format) => {
  const bytes = await plain('#204060')
    .removeAlpha()
    .toFormat(format, { lossless: true, compression: 'lzw' })
    .toBuffer();
  expect((await model.predict(bytes)).result).toEqual({ red: 32, green: 64, blue: 96, colour: '#204060' });
});

test('half black and half white is the middle', async () => {
  const white = await plain('white', 4).png().toBuffer();
  const bytes = await plain('black')
    .composite([{ input: white, left: 0, top: 0 }])
    .png()
    .toBuffer();
  expect((await model.predict(bytes)).result).toEqual({ red: 127.5, green: 127.5, blue: 127.5, colour: '#808080' });
});

test('what is transparent is white', async () => {
  const bytes = await plain('#00000000').png().toBuffer();
  expect((await model.predict(bytes)).result).toMatchObject({ colour: '#ffffff' });
});

test('grey in 16 bits and CMYK are told as red, green and blue', async () => {
  const grey = await plain('#808080').removeAlpha().toColourspace('grey16').png().toBuffer();
  expect((await model.predict(grey)).result).toMatchObject({ colour: '#808080' });
  const ink = await plain('#808080').removeAlpha().toColourspace('cmyk').jpeg().toBuffer();
  const { red, green, blue } = (await model.predict(ink)).result as Record<string, number>;
  for (const value of [red, green, blue]) expect(Math.abs((value ?? 0) - 128)).toBeLessThan(25);
});

test('a large picture has the average of all of it', async () => {
  const bytes = await read('./sample/astronaut.jpg');
  const large = await sharp(bytes).resize(2000).png().toBuffer();
  const [small, big] = [await model.predict(bytes), await model.predict(large)];
  for (const name of ['red', 'green', 'blue']) {
    expect(Math.abs(Number(small.result[name]) - Number(big.result[name]))).toBeLessThan(1);
  }
});

test('what is no picture, or half of one, is refused', async () => {
  expect((await model.refusal('hello')).message).toContain('unsupported image format');
  const bytes = await read('./sample/astronaut.jpg');
  expect((await model.refusal(bytes.subarray(0, bytes.length / 2))).status).toBe(422);
});
