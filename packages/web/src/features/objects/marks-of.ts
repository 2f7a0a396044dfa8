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

export const listTextMarks = (predictions: readonly PredictionView[]): Mark[] =>
  predictions.flatMap(({ model, annotations }) =>
    annotations.flatMap(({ label, score, span }) =>
      span ? [{ label, model, score, start: span.start, end: span.end }] : [],
    ),
  );
