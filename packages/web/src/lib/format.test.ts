import { expect, test } from 'vitest';
import {
  formatBytes,
  formatCountOf,
  formatPercent,
  formatPlace,
  formatRange,
  formatRate,
  formatScore,
  formatSeconds,
  shortenHash,
} from './format.ts';
import { formatMoment } from './moment.ts';

test.each([
  [0, '0 B'],
  [345, '345 B'],
  [53_631, '53.6 kB'],
  [999_960, '1.0 MB'],
  [3_100_000_000, '3.1 GB'],
])('%i bytes are %s', (bytes, words) => expect(formatBytes(bytes)).toBe(words));

test.each([
  [0.0004, '1 ms'],
  [0.012, '12 ms'],
  [0.41, '0.41 s'],
  [9.96, '10 s'],
  [13.056, '13 s'],
  [59.7, '1 min'],
  [250, '4 min 10 s'],
  [3599.9, '1 h'],
  [7500, '2 h 5 min'],
])('%f seconds are %s', (seconds, words) => expect(formatSeconds(seconds)).toBe(words));

test.each([
  [2.4, true, '0:02.4'],
  [13.056, false, '0:13'],
  [59.99, true, '0:59.9'],
  [3723, false, '1:02:03'],
])('%f seconds in is at %s', (seconds, tenths, words) => expect(formatPlace(seconds, tenths)).toBe(words));

test.each([
  [0, 4, 'up to 4 s'],
  [20, 61, '20 to 61 s'],
  [240, 540, '4 to 9 min'],
  [5000, 10_000, '1 to 3 h'],
  [200_000, 400_000, '2 to 5 days'],
])('%i to %i seconds are %s', (from, to, words) => expect(formatRange({ from, to })).toBe(words));

test.each([
  [0.4, '0.4 a minute'],
  [42.2, '42 a minute'],
  [683, '11.4 a second'],
])('%f a minute is %s', (rate, words) => expect(formatRate(rate)).toBe(words));

test('scores, shares, counts and hashes', () => {
  expect(formatScore(0.97)).toBe('.97');
  expect(formatScore(1)).toBe('1.00');
  expect(formatPercent(0.999)).toBe('99 %');
  expect(formatCountOf(1, 'file')).toBe('1 file');
  expect(formatCountOf(1648, 'file')).toBe('1,648 files');
  expect(shortenHash('88af8a4e0000000000000000005c1f09')).toBe('88af8a4e…5c1f09');
});

test('times are relative up to a day, then dated', () => {
  const now = new Date(2026, 10, 22, 14, 0, 0);
  const before = (seconds: number) => formatMoment(new Date(now.getTime() - seconds * 1000), now);
  expect(before(2)).toBe('just now');
  expect(before(59)).toBe('59 s ago');
  expect(before(3599)).toBe('59 min ago');
  expect(before(86_399)).toBe('23 h ago');
  expect(before(86_400)).toBe('21 Nov 2026, 14:00');
});
