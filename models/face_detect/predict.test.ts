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

/** The face of the sample, in fractions: eyes to chin are within 0.35..0.52 and 0.14..0.34. */
const face = { x: expect.closeTo(0.355, 1), y: expect.closeTo(0.14, 1) };

test('the sample gives the expected answer', async () => {
  expect(await model.predict(await sample())).toEqual(JSON.parse(String(await read('./sample/expected.json'))));
});

test('a HEIC photograph has the same face in the same place', async () => {
  const { result, annotations } = await model.predict(await read('../kit-image/test-files/astronaut.heic'));
  expect(result.number_faces).toBe(1);
  expect(annotations[0]).toMatchObject({ label: 'face', box: face });
});

test('boxes are where the face is as displayed: a photograph stored on its side is turned first', async () => {
  const onItsSide = await sharp(await sample())
    .rotate(-90)
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  const { annotations } = await model.predict(onItsSide);
  expect(annotations).toHaveLength(1);
  expect(annotations[0]?.box).toMatchObject(face);
});

test.each(['png', 'webp', 'tiff', 'gif', 'avif'] as const)(
  'a %s, grey and with transparency, is read',
  async (format) => {
    const bytes = await sharp(await sample())
      .resize(256)
      .greyscale()
      .ensureAlpha(0.9)
      .toFormat(format)
      .toBuffer();
    expect((await model.predict(bytes)).result).toEqual({ number_faces: 1 });
  },
);

test('a group of five has five faces, each inside the picture', async () => {
  const demo = createRequire(import.meta.url).resolve('@vladmandic/face-api/demo/sample5.jpg');
  const { result, annotations } = await model.predict(await readFile(demo));
  expect(result).toEqual({ number_faces: 5 });
  for (const { box, score } of annotations) {
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(1);
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(1);
    expect(score).toBeGreaterThan(0.5);
  }
});

test('a face that is cut off by the edge has a box that ends there', async () => {
  const cut = await sharp(await sample())
    .extract({ left: 225, top: 0, width: 287, height: 512 })
    .jpeg()
    .toBuffer();
  const { annotations } = await model.predict(cut);
  for (const { box } of annotations) expect(box?.x).toBeGreaterThanOrEqual(0);
});

test.each(['cat.jpg', 'coffee.tiff'])('%s has no face', async (file) => {
  const { result, annotations } = await model.predict(await read(`../kit-image/test-files/${file}`));
  expect(result).toEqual({ number_faces: 0 });
  expect(annotations).toEqual([]);
});

test('one pixel has no face', async () => {
  const pixel = await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  expect((await model.predict(pixel)).result).toEqual({ number_faces: 0 });
});

test('what is no picture, or half of one, is refused', async () => {
  expect((await model.refusal('hello')).message).toContain('unsupported image format');
  expect((await model.refusal('')).message).toBe('The object is empty');
  const bytes = await sample();
  const half = await model.refusal(bytes.subarray(0, bytes.length / 2));
  expect(half).toEqual({ status: 422, message: expect.stringContaining('premature end of JPEG image') });
});
