import { readFile } from 'node:fs/promises';
import { type ServerUnderTest, startServer } from '@assay/kit-node/testing';
import {
  ALL_FORMATS,
  BufferSource,
  BufferTarget,
  Conversion,
  Input,
  MkvOutputFormat,
  MovOutputFormat,
  Mp4OutputFormat,
  MpegTsOutputFormat,
  Output,
  type OutputFormat,
} from 'mediabunny';
import { afterAll, beforeAll, expect, test } from 'vitest';

let model: ServerUnderTest;
beforeAll(async () => {
  model = await startServer(new URL('.', import.meta.url));
});
afterAll(() => model.stop());

const read = (path: string) => readFile(new URL(path, import.meta.url));

/** The sample's packets as they are, in another container. */
async function repack(format: OutputFormat, parts: { video?: boolean; audio?: boolean } = {}): Promise<Uint8Array> {
  const input = new Input({ formats: ALL_FORMATS, source: new BufferSource(await read('./sample/clip.mp4')) });
  const output = new Output({ format, target: new BufferTarget() });
  const { video = true, audio = true } = parts;
  const conversion = await Conversion.init({
    input,
    output,
    video: { discard: !video },
    audio: { discard: !audio },
    showWarnings: false,
  });
  await conversion.execute();
  if (!output.target.buffer) throw new Error('Nothing was written');
  return new Uint8Array(output.target.buffer);
}

const picture = { width: 480, height: 360, video_codec: 'h264' };

test('the sample gives the expected answer', async () => {
  const answer = await model.predict(await read('./sample/clip.mp4'));
  expect(answer).toEqual(JSON.parse(String(await read('./sample/expected.json'))));
  expect(answer.result).toMatchObject({
    ...picture,
    duration: 13,
    frame_rate: 25,
    has_sound: true,
    audio_codec: 'aac',
  });
});

test.each([
  ['MOV', new MovOutputFormat()],
  ['Matroska', new MkvOutputFormat()],
  ['MPEG-TS', new MpegTsOutputFormat()],
])('%s says the same', async (container, format) => {
  const { result } = await model.predict(await repack(format));
  expect(result).toMatchObject({ ...picture, container });
  expect(result.duration).toBeCloseTo(13, 0);
  expect(result.frame_rate).toBeCloseTo(25, 0);
});

test('a video without sound says so', async () => {
  const { result, classes } = await model.predict(await repack(new Mp4OutputFormat(), { audio: false }));
  expect(result).toMatchObject({ has_sound: false, duration: 13 });
  expect(classes).not.toContain('audio_codec');
});

test('sound alone is refused', async () => {
  const sound = await repack(new Mp4OutputFormat(), { video: false });
  expect((await model.refusal(sound)).message).toBe('This MP4 file has sound but no picture');
});

test('a video whose index was cut off is refused', async () => {
  const bytes = await read('./sample/clip.mp4');
  const { status, message } = await model.refusal(bytes.subarray(0, 100_000));
  expect([status, message]).toEqual([422, 'This MP4 file has no track that can be read; it may be cut off']);
});

test.each([
  ['a text', 'hello'],
  ['a playlist that points elsewhere', '#EXTM3U\n#EXTINF:9,\nhttp://127.0.0.1:9/secret.ts\n#EXT-X-ENDLIST\n'],
  ['an AVI', 'RIFF\0\0\0\0AVI LIST'],
])('%s is refused', async (_, bytes) => {
  expect(await model.refusal(bytes)).toEqual({
    status: 422,
    message: expect.stringContaining('none of the containers'),
  });
});

test('nothing is refused', async () => {
  expect((await model.refusal('')).message).toBe('The object is empty');
});
