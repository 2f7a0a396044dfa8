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
const picture = { create: { width: 60, height: 40, channels: 3, background: 'teal' } } as const;

test('the sample gives the expected answer', async () => {
  expect(await model.predict(await read('./sample/astronaut.jpg'))).toEqual(
    JSON.parse(String(await read('./sample/expected.json'))),
  );
});

test.each([
  ['cat.avif', { width: 240, height: 160, format: 'avif' }],
  ['cat.webp', { width: 240, height: 160, format: 'webp' }],
  ['coffee.gif', { width: 200, height: 133, format: 'gif' }],
  ['coffee.tiff', { width: 200, height: 133, format: 'tiff' }],
  ['astronaut.heic', { width: 512, height: 512, format: 'heic' }],
])('%s is read', async (file, expected) => {
  const { result } = await model.predict(await read(`../kit-image/test-files/${file}`));
  expect(result).toMatchObject({ ...expected, frames: 1, channels: 3 });
});

test('a photograph that was taken upright has the size that people see', async () => {
  const sideways = await sharp(picture).jpeg().withMetadata({ orientation: 6 }).toBuffer();
  expect((await model.predict(sideways)).result).toMatchObject({ width: 40, height: 60 });
});

test('transparency and frames are told', async () => {
  const clear = await sharp({ create: { ...picture.create, channels: 4 } })
    .png()
    .toBuffer();
  expect((await model.predict(clear)).result).toMatchObject({ channels: 4, has_alpha: true, format: 'png' });
});

test.each([
  ['a text', Buffer.from('hello, this is a text'), 'unsupported image format'],
  [
    'a drawing (SVG)',
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    'unsupported image',
  ],
  ['nothing', Buffer.alloc(0), 'The object is empty'],
])('%s is refused', async (_, bytes, message) => {
  expect(await model.refusal(bytes)).toEqual({ status: 422, message: expect.stringContaining(message) });
});

test.each(['sample/astronaut.jpg', '../kit-image/test-files/cat.webp', '../kit-image/test-files/astronaut.heic'])(
  '%s that is cut off is refused',
  async (file) => {
    const bytes = await read(`./${file}`);
    expect(await model.refusal(bytes.subarray(0, bytes.length / 2))).toMatchObject({
      status: 422,
      message: expect.stringMatching(/^This image can't be decoded: \S/),
    });
  },
);

test('a bomb is refused: a small file that claims a size beyond memory', async () => {
  const bytes = await sharp(picture).png().toBuffer();
  bytes.writeUInt32BE(100_000, 16);
  bytes.writeUInt32BE(100_000, 20);
  expect((await model.refusal(bytes)).status).toBe(422);
});
