import type { Annotation, TimeRange } from '@assay/shared';

/** The object to predict. Its bytes are in a temporary file that is removed after the prediction. */
export interface ModelObject {
  /** A file with the object's bytes. It has no extension. */
  readonly path: string;
  /** Bytes; never 0. */
  readonly size: number;
  /** As the pipeline states it; undefined when somebody else calls. */
  readonly sha256: string | undefined;
  bytes(): Promise<Buffer>;
  /**
   * The bytes as UTF-8. A byte order mark stays, so that spans index the text as it was sent.
   * Throws CannotPredict when they are not UTF-8.
   */
  text(): Promise<string>;
}

export interface PredictionContext {
  /** Aborted when nobody waits any more or time is up. Soon after, the prediction's process is killed. */
  signal: AbortSignal;
  /** Of a model that emits: an empty folder for this prediction alone, gone after the answer. What it makes goes in here. */
  folder: string;
  /** The same on every attempt. */
  prediction: string | undefined;
  /** A hint only, and written by a stranger. */
  fileName: string | undefined;
  /** As the pipeline detected it. */
  mime: string | undefined;
}

export interface Prediction {
  /** The keys of `result`, unless given. */
  classes?: string[];
  result: Record<string, unknown>;
  annotations?: Annotation[];
  /** What the model made of the object, when `emits` of its manifest says so. */
  objects?: EmittedObject[];
}

export interface EmittedObject {
  /** A file in the prediction's folder. */
  path: string;
  /** Such as image/jpeg; the pipeline decides from the bytes. */
  mime: string;
  /** Where in the object it came from, in seconds. */
  time?: TimeRange;
  /** What it is, for people: `sound track`. */
  label?: string;
}

/** What a predictor module exports as `predict`. Throw CannotPredict when the object is at fault. */
export type Predict = (object: ModelObject, context: PredictionContext) => Prediction | Promise<Prediction>;

/** What a predictor module may export as `init`: load weights here. The model is `starting` until it is done. */
export type Init = () => unknown;
