import type { Sound } from '@assay/kit-sound';
import { describe, expect, test } from 'vitest';
import { type Measurement, measureSound } from './measure-sound.ts';

/** dBFS of a sine's peak in every channel, and seconds. */
type Part = [levels: number[], seconds: number];

/** A sine of 997 Hz whose level changes, in pieces of a second, in which it comes round. */
async function* tone(parts: Part[], rate = 16_000): AsyncGenerator<Sound> {
  const sine = Float32Array.from({ length: rate }, (_, i) => Math.sin((2 * Math.PI * 997 * i) / rate));
  for (const [levels, seconds] of parts) {
    for (let left = Math.round(seconds * rate); left > 0; left -= rate) {
      const piece = sine.subarray(0, left);
      yield {
        sampleRate: rate,
        channelData: levels.map((level) => piece.map((sample) => sample * 10 ** (level / 20))),
      };
    }
  }
}

async function measure(pieces: AsyncIterable<Sound>): Promise<Measurement> {
  const measured = await measureSound(pieces);
  if (!measured) throw new Error('There was no sound');
  return measured;
}

const stereo = (level: number, seconds: number): Part => [[level, level], seconds];

describe('EBU Tech 3341, table 1: integrated loudness within 0.1 LU', () => {
  test.each<[string, number, Part[]]>([
    ['1', -23, [stereo(-23, 20)]],
    ['2', -33, [stereo(-33, 20)]],
    ['3', -23, [stereo(-36, 10), stereo(-23, 60), stereo(-36, 10)]],
    ['4', -23, [stereo(-72, 10), stereo(-36, 10), stereo(-23, 60), stereo(-36, 10), stereo(-72, 10)]],
    ['5', -23, [stereo(-26, 20), stereo(-20, 20.1), stereo(-26, 20)]],
    ['6, five channels', -23, [[[-28, -28, -24, -30, -30], 20]]],
  ])('signal %s reads %f LUFS', async (_, expected, parts) => {
    const { integrated } = await measure(tone(parts));
    expect(Math.abs((integrated ?? 0) - expected)).toBeLessThan(0.1);
  });

  test.each([8_000, 22_050, 44_100, 48_000, 96_000])('signal 1 reads the same at %i Hz', async (rate) => {
    const { integrated } = await measure(tone([stereo(-23, 20)], rate));
    expect(Math.abs((integrated ?? 0) + 23)).toBeLessThan(0.1);
  });
});

test('one channel at full scale reads -3.01 LUFS, as BS.1770 has it', async () => {
  expect((await measure(tone([[[0], 5]]))).integrated).toBeCloseTo(-3.01, 1);
});

test('what is below -70 LUFS is left out, however much it is', async () => {
  const { integrated } = await measure(tone([stereo(-72, 40), stereo(-60, 20)]));
  expect(Math.abs((integrated ?? 0) + 60)).toBeLessThan(0.1);
});

test('the low effects of 5.1 count for nothing', async () => {
  const { integrated } = await measure(tone([[[-28, -28, -24, 0, -30, -30], 20]]));
  expect(Math.abs((integrated ?? 0) + 23)).toBeLessThan(0.1);
});

describe('EBU Tech 3342, table 1: loudness range within 1 LU', () => {
  test.each<[string, number, number[]]>([
    ['1', 10, [-20, -30]],
    ['2', 5, [-20, -15]],
    ['3', 20, [-40, -20]],
    ['4', 15, [-50, -35, -20, -35, -50]],
  ])('signal %s reads %f LU', async (_, expected, levels) => {
    const { range } = await measure(tone(levels.map((level) => stereo(level, 20))));
    expect(Math.abs((range ?? 0) - expected)).toBeLessThan(1);
  });
});

describe('EBU Tech 3341, signals 15 to 19: true peak from -0.4 to +0.2 dB', () => {
  test.each([
    [4, 0, 0.5, -6],
    [4, 45, 0.5, -6],
    [6, 60, 0.5, -6],
    [8, 67.5, 0.5, -6],
    [4, 45, 1.41, 3],
  ])('a sine of the rate / %i at %f degrees and an amplitude of %f', async (divisor, degrees, amplitude, expected) => {
    // It fades in: the edge of a sine that begins at once is higher than the sine.
    const sine = Float32Array.from(
      { length: 48_000 },
      (_, i) =>
        Math.min(1, i / 4_800, (47_999 - i) / 4_800) *
        amplitude *
        Math.sin((2 * Math.PI * i) / divisor + (degrees * Math.PI) / 180),
    );
    const { truePeak = 0 } = await measure(
      (async function* () {
        yield { channelData: [sine, sine], sampleRate: 48_000 };
      })(),
    );
    expect(truePeak).toBeGreaterThan(expected - 0.4);
    expect(truePeak).toBeLessThan(expected + 0.2);
  });
});

describe('silence', () => {
  test('of two seconds or more is found, at both ends and between', async () => {
    const { silences, duration } = await measure(
      tone([
        stereo(-80, 3),
        stereo(-20, 1),
        stereo(-61, 2.5),
        stereo(-20, 1),
        stereo(-80, 1),
        stereo(-20, 1),
        stereo(-90, 4),
      ]),
    );
    expect(duration).toBeCloseTo(13.5, 5);
    const ends = silences.map(({ start, end }) => [Number(start.toFixed(2)), Number(end.toFixed(2))]);
    expect(ends).toEqual([
      [0, 3],
      [4, 6.5],
      [9.5, 13.5],
    ]);
  });

  test('is where all channels are silent', async () => {
    expect((await measure(tone([[[-90, -20], 5]]))).silences).toEqual([]);
  });

  test('alone has no loudness', async () => {
    const { integrated, range, truePeak, silences } = await measure(tone([stereo(Number.NEGATIVE_INFINITY, 5)]));
    expect({ integrated, range, truePeak }).toEqual({ integrated: undefined, range: undefined, truePeak: undefined });
    expect(silences).toEqual([{ start: 0, end: expect.closeTo(5, 5) }]);
  });
});

test('pieces of any length give the same as the whole', async () => {
  const whole = Float32Array.from({ length: 48_000 }, (_, i) => 0.3 * Math.sin(i / 7) * Math.sin(i / 9_001));
  const inPieces = async function* (length: number): AsyncGenerator<Sound> {
    for (let at = 0; at < whole.length; at += length) {
      yield { channelData: [whole.subarray(at, at + length)], sampleRate: 11_025 };
    }
  };
  const { duration: _, ...expected } = await measure(inPieces(whole.length));
  expect(await measure(inPieces(1_009))).toMatchObject(expected);
});

test('a recording whose rate changes on the way is measured as one', async () => {
  const { integrated, duration } = await measure(
    (async function* () {
      yield* tone([stereo(-23, 10)], 48_000);
      yield* tone([stereo(-23, 10)], 16_000);
    })(),
  );
  expect(duration).toBeCloseTo(20, 5);
  expect(Math.abs((integrated ?? 0) + 23)).toBeLessThan(0.1);
});
