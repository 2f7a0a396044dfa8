import type { PredictionView } from '@assay/shared';
import { expect, test } from 'vitest';
import { findMarkBefore, findNextMark, frameRateOf, type Lane, listLanes } from './marks-of.ts';

const markAt = (start: number) => ({ key: String(start), label: 'speech', time: { start, end: start + 1 } });
const lanes: Lane[] = [
  { model: 'a', marks: [markAt(9), markAt(3)] },
  { model: 'b', marks: [markAt(3), markAt(5)] },
];

test('marks of all models, one after the other, and back', () => {
  expect([0, 3, 3.02, 5, 9].map((time) => findNextMark(lanes, time))).toEqual([3, 5, 5, 9, undefined]);
  expect([9.5, 9, 5.01, 3].map((time) => findMarkBefore(lanes, time))).toEqual([9, 5, 3, undefined]);
});

test('what was found in frames and words has its lane, beside what was found in the recording', () => {
  const time = { start: 8, end: 8 };
  const speaks = { id: 'p', model: 'voices', annotations: [{ label: 'speech', time }, { label: 'nowhere' }] };
  const lanes = listLanes(
    [speaks as unknown as PredictionView],
    [
      { model: 'faces', label: 'face', text: null, score: 0.9, time },
      { model: 'names', label: 'person', text: 'Dashwood', score: null, time },
      { model: 'names', label: 'person', text: 'Nobody', score: null, time: null },
    ],
  );
  expect(lanes.map(({ model, marks }) => [model, marks.map(({ label }) => label)])).toEqual([
    ['voices', ['speech']],
    ['faces', ['face .90']],
    ['names', ['person “Dashwood”']],
  ]);
});

test('a frame is as long as a model says', () => {
  const saying = (result: Record<string, unknown>) => ({ result }) as unknown as PredictionView;
  expect(frameRateOf([saying({ frame_rate: 'none' }), saying({ frame_rate: 29.97 })])).toBe(29.97);
  expect(frameRateOf([saying({ frame_rate: 0 })])).toBe(25);
});
