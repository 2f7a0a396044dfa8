import { expect, test } from 'vitest';
import { SpeechRanges } from './speech-ranges.ts';

const step = 0.05;

function find(probabilities: number[]) {
  const ranges = new SpeechRanges(step);
  for (const probability of probabilities) ranges.push(probability);
  return ranges.finish(probabilities.length * step).map(({ start, end }) => [start.toFixed(2), end.toFixed(2)]);
}

const windows = (count: number, probability: number) => Array<number>(count).fill(probability);

test('speech is padded and ends at the silence after it', () => {
  expect(find([...windows(10, 0), ...windows(10, 0.9), ...windows(10, 0)])).toEqual([['0.47', '1.03']]);
});

test('a soft syllable and a short silence do not end it', () => {
  expect(find([...windows(10, 0.9), 0.4, 0.4, 0.4, ...windows(5, 0.9), 0.1, ...windows(5, 0.9)])).toEqual([
    ['0.00', '1.20'],
  ]);
});

test('a click is no speech', () => {
  expect(find([...windows(10, 0), 0.9, 0.9, ...windows(10, 0)])).toEqual([]);
});

test('ranges next to each other do not touch', () => {
  const [first, second] = find([...windows(10, 0.9), 0, 0, ...windows(10, 0.9)]);
  expect([first, second]).toEqual([
    ['0.00', '0.53'],
    ['0.57', '1.10'],
  ]);
});
