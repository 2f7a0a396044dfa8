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
const sample = () => read('./sample/note.jpg');
const expected = async () => JSON.parse(String(await read('./sample/expected.json')));

/** The first two lines of the sample: fewer are read sooner. */
const twoLines = async () => sharp(await sample()).extract({ left: 0, top: 30, width: 640, height: 88 });
/** Spaces are what it errs in first: they hang on a pixel. */
const close = (text: unknown) => String(text).replaceAll(' ', '');
const theirText = 'Meeting on 14 March 2026 at 17:45, platform 9.\nPlease transfer EUR 12,450.00 to the account';

test('the sample gives the expected answer', async () => {
  expect(await model.predict(await sample())).toEqual(await expected());
});

test.each([90, 180, 270])(
  'a page turned by %i° is read as if it were upright, and its boxes are where the text is',
  async (angle) => {
    const { result, annotations } = await model.predict(await (await twoLines()).rotate(angle).png().toBuffer());
    expect(close(result.text)).toMatch(/^Meeting.*\nPleasetransferEUR12,450.00totheaccount$/);
    expect(result.number_lines).toBe(2);
    const [first] = annotations;
    const isTall = angle !== 180;
    expect(first?.text).toContain('Meeting');
    expect((first?.box?.height ?? 0) > (first?.box?.width ?? 0)).toBe(isTall);
  },
);

test('a photograph stored on its side is turned first', async () => {
  const onItsSide = await sharp(await (await twoLines()).png().toBuffer())
    .rotate(-90)
    .withMetadata({ orientation: 6 })
    .jpeg({ quality: 95 })
    .toBuffer();
  const { result, annotations } = await model.predict(onItsSide);
  expect(close(result.text)).toBe(close(theirText));
  expect(annotations[0]?.box?.width).toBeGreaterThan(0.5);
});

test('a page that stands askew is read', async () => {
  const askew = await (await twoLines()).rotate(7, { background: '#f4efe2' }).png().toBuffer();
  expect(close((await model.predict(askew)).result.text)).toBe(close(theirText));
});

test.each(['png', 'webp', 'tiff', 'gif', 'avif'] as const)(
  'a %s, grey and with transparency, is read',
  async (format) => {
    const bytes = await (await twoLines()).greyscale().ensureAlpha(0.9).toFormat(format).toBuffer();
    expect(close((await model.predict(bytes)).result.text)).toBe(close(theirText));
  },
);

test('pieces of one row are read from left to right, rows from the top', async () => {
  const word = async (left: number, width: number) =>
    sharp(await sample())
      .extract({ left, top: 35, width, height: 38 })
      .png()
      .toBuffer();
  const paper = { width: 700, height: 160, channels: 3, background: '#f4efe2' } as const;
  const bytes = await sharp({ create: paper })
    .composite([
      { input: await word(35, 88), left: 450, top: 20 },
      { input: await word(35, 88), left: 20, top: 24 },
      { input: await word(35, 88), left: 230, top: 100 },
    ])
    .png()
    .toBuffer();
  const { result, annotations } = await model.predict(bytes);
  expect(result).toEqual({ text: 'Meeting Meeting\nMeeting', number_lines: 2 });
  expect(annotations.map(({ box }) => (box?.x ?? 0) < 0.2)).toEqual([true, false, false]);
});

test.each(['cat.jpg', 'coffee.tiff', 'astronaut.heic'])(
  '%s is read without a fault; boxes stay inside',
  async (file) => {
    const { annotations } = await model.predict(await read(`../kit-image/test-files/${file}`));
    for (const { box } of annotations) {
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(1.0001);
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(1.0001);
    }
  },
);

test.each([
  [1, 1],
  [4000, 2],
])('%i x %i pixels of red say nothing', async (width, height) => {
  const plain = await sharp({ create: { width, height, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  expect(await model.predict(plain)).toMatchObject({ result: { text: '', number_lines: 0 }, annotations: [] });
});

test('what is no picture, or half of one, is refused', async () => {
  expect((await model.refusal('hello')).message).toContain('unsupported image format');
  const bytes = await sample();
  expect((await model.refusal(bytes.subarray(0, bytes.length / 2))).status).toBe(422);
});
