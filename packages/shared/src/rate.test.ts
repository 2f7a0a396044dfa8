import { expect, test } from 'vitest';
import { addSample, measureRate, type Sample } from './rate.ts';

const collect = (...samples: Sample[]) => samples.reduce<readonly Sample[]>(addSample, []);

test('bytes per second', () => {
  expect(measureRate(collect({ at: 0, bytes: 0 }, { at: 2000, bytes: 5000 }))).toBe(2500);
});

test('only the last seconds count', () => {
  expect(measureRate(collect({ at: 0, bytes: 0 }, { at: 10_000, bytes: 9000 }, { at: 11_000, bytes: 10_000 }))).toBe(
    1000,
  );
});

test('nothing is said too early or after a file was put back', () => {
  expect(measureRate(collect({ at: 0, bytes: 0 }, { at: 10, bytes: 5000 }))).toBeNull();
  expect(measureRate(collect({ at: 0, bytes: 500 }, { at: 5000, bytes: 100 }))).toBeNull();
});
