import { expect, test } from 'vitest';
import { measurePeaks } from './waveform.ts';

test('each column has its loudest sample, the loudest of all being 1', () => {
  expect(measurePeaks(Float32Array.of(0, 0.25, -0.5, 0, 0, 0), 3)).toEqual([0.5, 1, 0]);
});

test('silence and less samples than columns', () => {
  expect(measurePeaks(new Float32Array(4), 2)).toEqual([0, 0]);
  expect(measurePeaks(Float32Array.of(1), 2)).toEqual([1, 1]);
});
