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

/** One lane for each model that says when. */
export const listLanes = (predictions: readonly PredictionView[]): Lane[] =>
  predictions
    .map(({ id, model, annotations }) => ({
      model,
      marks: annotations.flatMap((annotation, index) =>
        annotation.time ? [{ key: `${id} ${index}`, label: caption(annotation), time: annotation.time }] : [],
      ),
    }))
    .filter(({ marks }) => marks.length > 0);

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
