import { readFile } from 'node:fs/promises';
import { type ServerUnderTest, startServer } from '@assay/kit-node/testing';
import { makeWav } from '@assay/kit-sound/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

let model: ServerUnderTest;
beforeAll(async () => {
  model = await startServer(new URL('.', import.meta.url));
});
afterAll(() => model.stop());

const read = (path: string) => readFile(new URL(path, import.meta.url));

const sine = (level: number, seconds: number, rate: number) =>
  Float32Array.from(
    { length: seconds * rate },
    (_, i) => 10 ** (level / 20) * Math.sin((2 * Math.PI * 997 * i) / rate),
  );

test('the sample gives the expected answer', async () => {
  const { result, annotations } = await model.predict(await read('./sample/speech.wav'));
  const expected = JSON.parse(String(await read('./sample/expected.json')));
  expect({ result, annotations }).toEqual({ result: expected.result, annotations: expected.annotations });
});

test.each(['speech.mp3', 'speech.ogg', 'speech.m4a'])('%s is as loud as the WAV', async (file) => {
  const { result: wav } = await model.predict(await read('./sample/speech.wav'));
  const { result } = await model.predict(await read(`../kit-sound/test-files/${file}`));
  expect(Math.abs(Number(result.integrated_lufs) - Number(wav.integrated_lufs))).toBeLessThan(0.5);
  expect(Math.abs(Number(result.loudness_range_lu) - Number(wav.loudness_range_lu))).toBeLessThan(1);
});

test('a stereo sine of 997 Hz at -23 dBFS reads -23 LUFS, and the silence after it is told', async () => {
  const channel = new Float32Array(40 * 16_000);
  channel.set(sine(-23, 30, 16_000));
  const { result, annotations } = await model.predict(makeWav([channel, channel], 16_000));
  expect(result).toEqual({
    integrated_lufs: -23,
    loudness_range_lu: expect.any(Number),
    true_peak_dbtp: -23,
    silence_seconds: expect.closeTo(10, 2),
    silence_fraction: 0.25,
    duration: 40,
    channels: 2,
    sample_rate: 16_000,
  });
  expect(annotations).toEqual([{ label: 'silence', time: { start: expect.closeTo(30, 2), end: 40 } }]);
});

test('what is no number in a file of floats counts as silence', async () => {
  const channel = sine(-23, 5, 16_000);
  channel.fill(Number.NaN, 1_000, 1_010);
  channel.fill(Number.POSITIVE_INFINITY, 2_000, 2_010);
  const { result } = await model.predict(makeWav([channel, channel], 16_000));
  expect(Math.abs(Number(result.integrated_lufs) + 23)).toBeLessThan(0.2);
});

test('silence has no loudness', async () => {
  const { result } = await model.predict(makeWav([new Float32Array(48_000)], 16_000));
  expect(result).toEqual({ silence_seconds: 3, silence_fraction: 1, duration: 3, channels: 1, sample_rate: 16_000 });
});

test.each([
  ['a text', Buffer.from('hello, this is a text'), 'none of the sound formats'],
  ['a header without sound', makeWav([new Float32Array()], 16_000), 'no sound in it'],
  ['nothing', Buffer.alloc(0), 'The object is empty'],
])('%s is refused', async (_, bytes, message) => {
  expect(await model.refusal(bytes)).toEqual({ status: 422, message: expect.stringContaining(message) });
});
