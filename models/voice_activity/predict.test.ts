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
const sample = () => read('./sample/speech.wav');

test('the sample gives the expected answer', async () => {
  expect(await model.predict(await sample())).toEqual(JSON.parse(String(await read('./sample/expected.json'))));
});

test.each(['speech.mp3', 'speech.ogg', 'speech.m4a'])(
  '%s has the three phrases where the WAV has them',
  async (file) => {
    const expected = await model.predict(await sample());
    const { result, annotations } = await model.predict(await read(`../kit-sound/test-files/${file}`));
    expect(result.duration).toBeCloseTo(Number(expected.result.duration), 1);
    expect(annotations).toHaveLength(3);
    for (const [i, { time }] of annotations.entries()) {
      expect(Math.abs((time?.start ?? 0) - (expected.annotations[i]?.time?.start ?? 0))).toBeLessThan(0.1);
      expect(Math.abs((time?.end ?? 0) - (expected.annotations[i]?.time?.end ?? 0))).toBeLessThan(0.1);
    }
  },
);

test('silence, a tone and noise are no speech', async () => {
  const samples = 3 * 16_000;
  let seed = 1;
  const noise = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return (seed / 2_147_483_647 - 0.5) * 8_000;
  };
  for (const sound of [() => 0, (i: number) => 9_000 * Math.sin((2 * Math.PI * 440 * i) / 16_000), noise]) {
    const { result, annotations } = await model.predict(
      makeWav([Float32Array.from({ length: samples }, (_, i) => sound(i) / 32_768)], 16_000),
    );
    expect(result).toEqual({ duration: 3, speech_seconds: 0, speech_fraction: 0 });
    expect(annotations).toEqual([]);
  }
});

test('a recording that was cut off is heard as far as it goes', async () => {
  const bytes = await sample();
  const { result } = await model.predict(bytes.subarray(0, 44 + 5 * 32_000));
  expect(result.duration).toBeCloseTo(5, 2);
});

test('a FLAC that was cut off is heard as far as it goes', async () => {
  const { result, annotations } = await model.predict(await read('../kit-sound/test-files/speech-cut-off.flac'));
  expect(result.duration).toBeGreaterThan(3);
  expect(annotations[0]?.time?.start).toBeCloseTo(0.26, 1);
});

test.each([
  ['a text', Buffer.from('hello, this is a text'), 'none of the sound formats'],
  ['a header without sound', makeWav([new Float32Array()], 16_000), 'no sound in it'],
  ['a tracker module', Buffer.from('IMPM a score, not a recording'.padEnd(400)), 'none of the sound formats'],
  ['nothing', Buffer.alloc(0), 'The object is empty'],
])('%s is refused', async (_, bytes, message) => {
  expect(await model.refusal(bytes)).toEqual({ status: 422, message: expect.stringContaining(message) });
});

test('an M4A without its index is refused', async () => {
  const bytes = await read('../kit-sound/test-files/speech.m4a');
  expect((await model.refusal(bytes.subarray(0, 3_000))).message).toContain("can't be decoded");
});
