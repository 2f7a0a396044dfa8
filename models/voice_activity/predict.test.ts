import { readFile } from 'node:fs/promises';
import { type ServerUnderTest, startServer } from '@assay/kit-node/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

let model: ServerUnderTest;
beforeAll(async () => {
  model = await startServer(new URL('.', import.meta.url));
});
afterAll(() => model.stop());

const read = (path: string) => readFile(new URL(path, import.meta.url));
const sample = () => read('./sample/speech.wav');

/** A WAV file of 16-bit samples at 16 kHz. */
function makeWav(samples: Int16Array): Buffer {
  const header = Buffer.from(
    'RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x80>\0\0\0}\0\0\x02\0\x10\0data\0\0\0\0',
    'latin1',
  );
  header.writeUInt32LE(36 + samples.byteLength, 4);
  header.writeUInt32LE(samples.byteLength, 40);
  return Buffer.concat([header, Buffer.from(samples.buffer)]);
}

test('the sample gives the expected answer', async () => {
  expect(await model.predict(await sample())).toEqual(JSON.parse(String(await read('./sample/expected.json'))));
});

test.each(['speech.mp3', 'speech.ogg', 'speech.m4a'])(
  '%s has the three phrases where the WAV has them',
  async (file) => {
    const expected = await model.predict(await sample());
    const { result, annotations } = await model.predict(await read(`./test-files/${file}`));
    expect(result.duration).toBeCloseTo(Number(expected.result.duration), 1);
    expect(annotations).toHaveLength(3);
    for (const [i, { time }] of annotations.entries()) {
      expect(Math.abs((time?.start ?? 0) - (expected.annotations[i]?.time?.start ?? 0))).toBeLessThan(0.1);
      expect(Math.abs((time?.end ?? 0) - (expected.annotations[i]?.time?.end ?? 0))).toBeLessThan(0.1);
    }
  },
);

test('silence, a tone and noise are no speech', async () => {
  const seconds = 3 * 16_000;
  let seed = 1;
  const noise = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return (seed / 2_147_483_647 - 0.5) * 8_000;
  };
  for (const sound of [() => 0, (i: number) => 9_000 * Math.sin((2 * Math.PI * 440 * i) / 16_000), noise]) {
    const { result, annotations } = await model.predict(
      makeWav(Int16Array.from({ length: seconds }, (_, i) => sound(i))),
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
  const { result, annotations } = await model.predict(await read('./test-files/speech-cut-off.flac'));
  expect(result.duration).toBeGreaterThan(3);
  expect(annotations[0]?.time?.start).toBeCloseTo(0.26, 1);
});

test.each([
  ['a text', Buffer.from('hello, this is a text'), 'none of the sound formats'],
  ['a header without sound', makeWav(new Int16Array()), 'no sound in it'],
  ['a tracker module', Buffer.from('IMPM a score, not a recording'.padEnd(400)), 'none of the sound formats'],
  ['nothing', Buffer.alloc(0), 'The object is empty'],
])('%s is refused', async (_, bytes, message) => {
  expect(await model.refusal(bytes)).toEqual({ status: 422, message: expect.stringContaining(message) });
});

test('an M4A without its index is refused', async () => {
  const bytes = await read('./test-files/speech.m4a');
  expect((await model.refusal(bytes.subarray(0, 3_000))).message).toContain("can't be decoded");
});
