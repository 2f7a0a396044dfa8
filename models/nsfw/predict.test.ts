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
const sample = () => read('./sample/astronaut.jpg');

test('the sample gives the expected answer', async () => {
  expect(await model.predict(await sample())).toEqual(JSON.parse(String(await read('./sample/expected.json'))));
});

test.each(['cat.jpg', 'coffee.tiff', 'astronaut.heic'])('%s is neutral', async (file) => {
  const { result } = await model.predict(await read(`../kit-image/test-files/${file}`));
  expect(result.likeliest).toBe('neutral');
  expect(result.unsafe).toBeLessThan(0.1);
});

test('scores add up to 1, and what is unsafe is the sum of three', async () => {
  const { result } = await model.predict(await sample());
  const { unsafe, drawing, hentai, neutral, porn, sexy } = result as Record<string, number>;
  const sum = (...values: (number | undefined)[]) => values.reduce<number>((total, value) => total + (value ?? 0), 0);
  expect(sum(drawing, hentai, neutral, porn, sexy)).toBeCloseTo(1, 2);
  expect(sum(hentai, porn, sexy)).toBeCloseTo(unsafe ?? -1, 2);
});

test('a photograph stored on its side is turned first', async () => {
  const onItsSide = await sharp(await sample())
    .rotate(-90)
    .withMetadata({ orientation: 6 })
    .png()
    .toBuffer();
  const [upright, turned] = [await model.predict(await sample()), await model.predict(onItsSide)];
  expect(turned.result).toEqual(upright.result);
});

test('one pixel has scores', async () => {
  const pixel = await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  expect(Object.keys((await model.predict(pixel)).result)).toContain('unsafe');
});

test('what is no picture, or half of one, is refused', async () => {
  expect((await model.refusal('hello')).message).toContain('unsupported image format');
  const bytes = await sample();
  expect((await model.refusal(bytes.subarray(0, bytes.length / 2))).status).toBe(422);
});
