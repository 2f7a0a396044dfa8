import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
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

test('a cat is a cat and an animal, once', async () => {
  const { result, annotations } = await model.predict(await read('../kit-image/test-files/cat.jpg'));
  expect(result).toEqual({ number_objects: 1, cat: 1, animal: 1 });
  expect(annotations.map(({ label }) => label)).toEqual(['cat']);
});

test('a box is where the thing is in a picture that is not square', async () => {
  const { annotations } = await model.predict(await read('../kit-image/test-files/coffee.tiff'));
  const box = annotations.find(({ label }) => label === 'cup')?.box;
  // By eye the cup reaches from 0.27 to 0.7 and from 0.07 to 0.72.
  expect(box).toMatchObject({ x: expect.closeTo(0.28, 1), y: expect.closeTo(0.05, 1) });
  expect((box?.x ?? 0) + (box?.width ?? 0)).toBeCloseTo(0.69, 1);
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeCloseTo(0.7, 1);
});

test('boxes are as displayed: a photograph stored on its side is turned first', async () => {
  const onItsSide = await sharp(await sample())
    .rotate(-90)
    .withMetadata({ orientation: 6 })
    .jpeg({ quality: 95 })
    .toBuffer();
  const [upright, turned] = [await model.predict(await sample()), await model.predict(onItsSide)];
  expect(turned.result).toEqual(upright.result);
  expect(turned.annotations[0]?.box?.x).toBeCloseTo(upright.annotations[0]?.box?.x ?? -1, 1);
});

test('a group has several people, each box inside the picture', async () => {
  const demo = createRequire(import.meta.url).resolve('@vladmandic/face-api/demo/sample6.jpg');
  const { result, annotations } = await model.predict(await readFile(demo));
  expect(result.person).toBe(4);
  for (const { box } of annotations) {
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(1);
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(1);
  }
});

test.each(['png', 'webp', 'avif'] as const)('a %s, grey and with transparency, is read', async (format) => {
  const bytes = await sharp(await sample())
    .greyscale()
    .ensureAlpha(0.9)
    .toFormat(format)
    .toBuffer();
  expect((await model.predict(bytes)).result.person).toBe(1);
});

test.each([
  [1, 1],
  [4000, 2],
])('%i x %i pixels of red have nothing', async (width, height) => {
  const plain = await sharp({ create: { width, height, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  expect(await model.predict(plain)).toMatchObject({ result: { number_objects: 0 }, annotations: [] });
});

test('what is no picture, or half of one, is refused', async () => {
  expect((await model.refusal('hello')).message).toContain('unsupported image format');
  const bytes = await sample();
  expect((await model.refusal(bytes.subarray(0, bytes.length / 2))).status).toBe(422);
});
