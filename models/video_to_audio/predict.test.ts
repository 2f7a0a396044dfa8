import { readFile } from 'node:fs/promises';
import { type ServerUnderTest, startServer } from '@assay/kit-node/testing';
import { ALL_FORMATS, BufferSource, BufferTarget, Conversion, Input, MkvOutputFormat, Output } from 'mediabunny';
import { afterAll, beforeAll, expect, test } from 'vitest';

let model: ServerUnderTest;
const folder = new URL('.', import.meta.url);
beforeAll(async () => {
  model = await startServer(folder);
});
afterAll(() => model.stop());

const sample = () => readFile(new URL('./sample/clip.mp4', import.meta.url));

/** The sample's picture alone, as it is. */
async function withoutSound(): Promise<Uint8Array> {
  const input = new Input({ formats: ALL_FORMATS, source: new BufferSource(await sample()) });
  const output = new Output({ format: new MkvOutputFormat(), target: new BufferTarget() });
  const conversion = await Conversion.init({ input, output, audio: { discard: true }, showWarnings: false });
  await conversion.execute();
  if (!output.target.buffer) throw new Error('Nothing was written');
  return new Uint8Array(output.target.buffer);
}

/** Of a FLAC: Hz, channels and seconds, from its first block. */
function readFlac(bytes: Buffer) {
  expect(bytes.subarray(0, 4).toString()).toBe('fLaC');
  const word = bytes.readBigUInt64BE(18);
  const rate = Number(word >> 44n);
  return { rate, channels: Number((word >> 41n) & 7n) + 1, seconds: Number(word & 0xfffffffffn) / rate };
}

test('the sample gives the expected answer and its sound, with where it was', async () => {
  const { answer, objects } = await model.derive(await sample());
  expect(answer).toEqual(JSON.parse(String(await readFile(new URL('./sample/expected.json', import.meta.url)))));
  expect(objects).toMatchObject([{ mime: 'audio/flac', derivation: { label: 'sound track', time: { start: 0 } } }]);
  const [{ bytes, derivation }] = objects as [(typeof objects)[number]];
  expect(derivation.time?.end).toBeCloseTo(13.06, 1);
  const { seconds, ...form } = readFlac(bytes);
  expect(form).toEqual({ rate: 16_000, channels: 1 });
  // Nothing is missing, and less than a block of silence is added.
  expect(seconds).toBeGreaterThanOrEqual(13.056);
  expect(seconds).toBeLessThan(13.056 + 4608 / 16_000);
});

test('a video without sound says so and gives no object', async () => {
  const { answer, objects } = await model.derive(await withoutSound());
  expect(answer.result).toEqual({ has_sound: false, tracks: 0 });
  expect(objects).toEqual([]);
});

test('a cut-off video gives the sound that is there', async () => {
  const bytes = await sample();
  const { answer } = await model.derive(bytes.subarray(0, bytes.length / 2)).catch((error: Error) => {
    // Its index is at the end: then it can't be opened.
    expect(error.message).toMatch(/^422 .*can't be opened/);
    return { answer: undefined };
  });
  if (answer) expect(answer.result).toMatchObject({ has_sound: true });
});

test('a playlist opens no other file, and what is no video is refused', async () => {
  const playlist = `#EXTM3U\n#EXT-X-TARGETDURATION:20\n#EXTINF:13,\n${new URL('./sample/clip.mp4', import.meta.url).href}\n#EXT-X-ENDLIST\n`;
  expect(await model.refusal(playlist)).toMatchObject({
    status: 422,
    message: expect.stringMatching(/can't be opened/),
  });
  expect(await model.refusal('no video')).toMatchObject({ status: 422 });
});

test('WAV, another rate and mono are settings', async () => {
  const env = { VIDEO_TO_AUDIO_FORMAT: 'wav', VIDEO_TO_AUDIO_RATE: '8000', VIDEO_TO_AUDIO_MONO: '1' };
  const other = await startServer(folder, { command: process.execPath, args: ['server.ts'], env });
  const { objects } = await other.derive(await sample());
  const [wav] = objects;
  expect(wav?.mime).toBe('audio/wav');
  expect(wav?.bytes.subarray(0, 4).toString()).toBe('RIFF');
  expect([wav?.bytes.readUInt16LE(22), wav?.bytes.readUInt32LE(24)]).toEqual([1, 8000]);
  expect(await other.stop()).toBe(0);
});
