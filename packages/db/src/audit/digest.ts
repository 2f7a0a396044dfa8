import { createHash } from 'node:crypto';
import type { Annotation } from '@assay/shared';

/** What is sealed of a prediction that ended. */
export interface Ended {
  id: string;
  /** SHA-256 of the object. */
  sha256: string;
  /** Name and version. */
  model: string;
  state: 'succeeded' | 'failed';
  reason: string | null;
  /** Whose doing a failure is. */
  fault: string | null;
  classes: readonly string[];
  /** JSON, to the letter; null: there is none. */
  result: string | null;
  annotations: readonly Annotation[];
}

/** SHA-256 of what came of a prediction; hex. */
export function digestOf(ended: Ended): string {
  const { id, sha256, model, state, reason, fault, classes, result, annotations } = ended;
  const marks = annotations.map(({ label, score, text, box, time, span }) => [
    ...[label, score ?? null, text ?? null],
    ...[box ? [box.x, box.y, box.width, box.height] : null],
    ...[time ? [time.start, time.end] : null, span ? [span.start, span.end] : null],
  ]);
  const sealed = ['assay-result/1', id, sha256, model, state, reason, fault, classes, result, marks];
  return createHash('sha256').update(JSON.stringify(sealed)).digest('hex');
}
