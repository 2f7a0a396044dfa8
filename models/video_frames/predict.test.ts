import { readFile } from 'node:fs/promises';
import { type ServerUnderTest, startServer } from '@assay/kit-node/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';

let model: ServerUnderTest;
const folder = new URL('.', import.meta.url);
beforeAll(async () => {
  model = await startServer(folder);
});
afterAll(() => model.stop());

const sample = () => readFile(new URL('./sample/clip.mp4', import.meta.url));
const withSettings = (env: Record<string, string>) =>
  startServer(folder, { command: process.execPath, args: ['server.ts'], env });

test('the sample gives the expected answer, and a picture at its beginning and at both cuts', async () => {
  const { answer, objects } = await model.derive(await sample());
  expect(answer).toEqual(JSON.parse(String(await readFile(new URL('./sample/expected.json', import.meta.url)))));
  expect(objects.map(({ derivation, mime }) => ({ ...derivation, mime }))).toEqual([
    { time: { start: 0, end: 0 }, label: 'frame', mime: 'image/jpeg' },
    { time: { start: 4, end: 4 }, label: 'cut', mime: 'image/jpeg' },
    { time: { start: 8, end: 8 }, label: 'cut', mime: 'image/jpeg' },
  ]);
  for (const { bytes } of objects)
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 480, height: 360 });
});

test('the same video gives the same bytes', async () => {
  const [one, two] = [await model.derive(await sample()), await model.derive(await sample())];
  expect(one.objects.map(({ bytes }) => bytes.toString('base64'))).toEqual(
    two.objects.map(({ bytes }) => bytes.toString('base64')),
  );
});

test('interval, number and format are settings, and a limit that is met is said', async () => {
  const often = await withSettings({ VIDEO_FRAMES_INTERVAL: '1', VIDEO_FRAMES_FORMAT: 'png' });
  const { answer, objects } = await often.derive(await sample());
  expect(answer.result).toMatchObject({ frames: 13, interval: 1, complete: true });
  expect(objects[3]).toMatchObject({ mime: 'image/png', derivation: { time: { start: 3, end: 3 } } });
  expect(await often.stop()).toBe(0);
  const few = await withSettings({ VIDEO_FRAMES_MOST: '2' });
  expect((await few.derive(await sample())).answer.result).toMatchObject({ frames: 2, complete: false });
  expect(await few.stop()).toBe(0);
});

test('a playlist opens no other file, and what is no video is refused', async () => {
  const playlist = `#EXTM3U\n#EXT-X-TARGETDURATION:20\n#EXTINF:13,\n${new URL('./sample/clip.mp4', import.meta.url).href}\n#EXT-X-ENDLIST\n`;
  expect(await model.refusal(playlist)).toMatchObject({
    status: 422,
    message: expect.stringMatching(/can't be opened/),
  });
  expect(await model.refusal('no video')).toMatchObject({ status: 422 });
});
