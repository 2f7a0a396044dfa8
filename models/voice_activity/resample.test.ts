import { expect, test } from 'vitest';
import { Resampler } from './resample.ts';

const tone = (hertz: number, rate: number, seconds = 1) =>
  Float32Array.from({ length: rate * seconds }, (_, i) => Math.sin((2 * Math.PI * hertz * i) / rate));

function resample(samples: Float32Array, from: number, to: number, pieceLength = samples.length): Float32Array {
  const resampler = new Resampler(from, to);
  const out: number[] = [];
  for (let at = 0; at < samples.length; at += pieceLength) {
    out.push(...resampler.push(samples.subarray(at, at + pieceLength)));
  }
  out.push(...resampler.flush());
  return Float32Array.from(out);
}

/** Away from the ends, where the sound begins and stops at once. */
const middle = (samples: Float32Array) => samples.subarray(200, -200);
const largest = (samples: Float32Array) => samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);

test.each([8_000, 11_025, 22_050, 44_100, 48_000])('a tone of 1 kHz at %i Hz is the same tone at 16 kHz', (rate) => {
  const out = resample(tone(1000, rate), rate, 16_000);
  const same = tone(1000, 16_000);
  expect(out).toHaveLength(16_000);
  expect(largest(middle(out.map((sample, i) => sample - (same[i] ?? 0))))).toBeLessThan(0.01);
});

test('what 16 kHz can not carry is taken out instead of folding back', () => {
  expect(largest(middle(resample(tone(9_500, 44_100), 44_100, 16_000)))).toBeLessThan(0.01);
});

test('pieces of any length give the same as the whole', () => {
  const whole = tone(300, 44_100);
  expect(resample(whole, 44_100, 16_000, 7)).toEqual(resample(whole, 44_100, 16_000));
});
