import type { Annotation, Box, PredictionView, TimeRange } from '@assay/shared';
import { formatScore } from '../../lib/format.ts';
import type { Mark } from './text-marks.ts';

export interface PlacedBox {
  key: string;
  model: string;
  label: string;
  box: Box;
}
export interface Lane {
  model: string;
  marks: { key: string; label: string; time: TimeRange }[];
}

const caption = ({ label, score }: Annotation) => (score === undefined ? label : `${label} ${formatScore(score)}`);

/** Boxes that hold for the whole object; one that belongs to a moment is on the timeline. */
export const listBoxes = (predictions: readonly PredictionView[]): PlacedBox[] =>
  predictions.flatMap(({ id, model, annotations }) =>
    annotations.flatMap((annotation, index) =>
      annotation.box && !annotation.time
        ? [{ key: `${id} ${index}`, model, label: caption(annotation), box: annotation.box }]
        : [],
    ),
  );

/** Something that a model found in what was made of the recording, with where that is in the recording. */
export interface Hit extends Pick<Annotation, 'label'> {
  model: string;
  text: string | null;
  score: number | null;
  time: TimeRange | null;
}

/** One lane for each model that says when, of the recording or of what was made of it. */
export function listLanes(predictions: readonly PredictionView[], found: readonly Hit[] = []): Lane[] {
  const own = predictions.flatMap(({ id, model, annotations }) =>
    annotations.flatMap((annotation, index) =>
      annotation.time ? [{ model, key: `${id} ${index}`, label: caption(annotation), time: annotation.time }] : [],
    ),
  );
  const others = found.flatMap(({ model, label, text, score, time }, index) => {
    const words = text === null ? label : `${label} “${text}”`;
    return time
      ? [{ model, key: `found ${index}`, label: caption({ label: words, ...(score !== null && { score }) }), time }]
      : [];
  });
  const byModel = Map.groupBy([...own, ...others], ({ model }) => model);
  return [...byModel].map(([model, marks]) => ({ model, marks }));
}

const startsOf = (lanes: readonly Lane[]): number[] =>
  [...new Set(lanes.flatMap(({ marks }) => marks.map(({ time }) => time.start)))].sort((a, b) => a - b);

// A player is never exactly where it was sent.
const near = 0.05;
export const findNextMark = (lanes: readonly Lane[], time: number): number | undefined =>
  startsOf(lanes).find((start) => start > time + near);
export const findMarkBefore = (lanes: readonly Lane[], time: number): number | undefined =>
  startsOf(lanes).findLast((start) => start < time - near);

/** Frames in a second, where a model says so; otherwise what most videos have. */
export function frameRateOf(predictions: readonly PredictionView[]): number {
  const said = predictions.map(({ result }) => Number(result?.frame_rate)).find((rate) => rate > 0 && rate <= 1_000);
  return said ?? 25;
}

export const listTextMarks = (predictions: readonly PredictionView[]): Mark[] =>
  predictions.flatMap(({ model, annotations }) =>
    annotations.flatMap(({ label, score, span }) =>
      span ? [{ label, model, score, start: span.start, end: span.end }] : [],
    ),
  );
