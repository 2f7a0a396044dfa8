import { expect, test } from 'vitest';
import { estimateSeconds, joinRanges } from './time-left.ts';

test('a range follows from the measured rate, and from the median where that is faster or all there is', () => {
  expect(estimateSeconds(60, { perMinute: 60, medianSeconds: null })).toEqual({ from: 45, to: 91 });
  expect(estimateSeconds(60, { perMinute: 0.5, medianSeconds: 1 })).toEqual({ from: 45, to: 91 });
  expect(estimateSeconds(1, { perMinute: null, medianSeconds: 10 })).toEqual({ from: 7, to: 16 });
});

test('of a model that has ended nothing yet, nothing is known', () => {
  expect(estimateSeconds(1, { perMinute: null, medianSeconds: null })).toBeNull();
});

test('the slowest decides, and one that is not known makes all unknown', () => {
  const [fast, slow] = [
    { from: 1, to: 3 },
    { from: 2, to: 9 },
  ];
  expect(joinRanges([fast, slow])).toEqual({ from: 2, to: 9 });
  expect(joinRanges([fast, null])).toBeNull();
  expect(joinRanges([])).toBeNull();
});
