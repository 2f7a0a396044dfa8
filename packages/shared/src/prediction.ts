import { z } from 'zod';
import { deletionCauses } from './deletion.ts';
import { mismatchSchema } from './file-name.ts';
import { annotationSchema, timeRangeSchema } from './model-protocol.ts';
import { mediaTypeSchema, objectFactsSchema, objectHashSchema } from './object.ts';

export const predictionStates = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'skipped'] as const;
export const predictionStateSchema = z.enum(predictionStates);
export type PredictionState = z.infer<typeof predictionStateSchema>;

const finalStates: ReadonlySet<PredictionState> = new Set(['succeeded', 'failed', 'cancelled', 'skipped']);

/** A final prediction is never written again. */
export const isFinal = (state: PredictionState): boolean => finalStates.has(state);

/** A run's share of each model's time beside other runs: of `high` eight times that of `normal`, of `low` an eighth. */
export const runPriorities = ['low', 'normal', 'high'] as const;
export const runPrioritySchema = z.enum(runPriorities);
export type RunPriority = z.infer<typeof runPrioritySchema>;

/** Whose doing a failure is. `unknown`: its worker ended while it ran, and nobody can tell why. */
export const faultOwners = ['object', 'model', 'store', 'unknown'] as const;
const faultOwnerSchema = z.enum(faultOwners);
export type FaultOwner = z.infer<typeof faultOwnerSchema>;

/** Why a model takes no work: nobody answers, it says so itself, or it failed at everything and is paused. */
const waitingForSchema = z.enum(['offline', 'starting', 'failed', 'paused']);
export type WaitingFor = z.infer<typeof waitingForSchema>;

/** What we know of a model from asking it; `offline` is ours, for one that does not answer. */
export const modelStates = ['starting', 'ready', 'busy', 'failed', 'offline'] as const;
export const modelStateSchema = z.enum(modelStates);
export type ModelState = z.infer<typeof modelStateSchema>;

const moment = z.iso.datetime();

/** One prediction as people and programs read it. Times are ISO 8601 in UTC. */
const predictionViewSchema = z.object({
  id: z.uuid(),
  model: z.string(),
  version: z.string(),
  state: predictionStateSchema,
  /** Of a failed, skipped or waiting prediction: why, in the model's own words where it had any. */
  reason: z.string().nullable(),
  /** Of a failed prediction: whose fault it is; null: it failed before that was written down. */
  fault: faultOwnerSchema.nullable(),
  /** Of a queued prediction: since when its model has been unable to take it; null while it can. */
  waitingSince: moment.nullable(),
  /** Of one that waits for its model: why that takes no work. */
  waitingFor: waitingForSchema.nullable(),
  result: z.record(z.string(), z.unknown()).nullable(),
  classes: z.array(z.string()),
  annotations: z.array(annotationSchema),
  attempts: z.int(),
  /** Of a queued prediction: how many of its model's line are before it, up to 10,000. */
  ahead: z.int().nullable(),
  /** Of a queued prediction: seconds until it is done, as far as its model's rate tells; null: it waits, or none is measured. */
  secondsLeft: z.object({ from: z.int(), to: z.int() }).nullable(),
  /** Of a running prediction: the worker that has it, as `host:process`. */
  worker: z.string().nullable(),
  /** Who cancelled it: a user name; null too when that was somebody who shares no case with this object with the asker. */
  cancelledBy: z.string().nullable(),
  /** The version of its model that new work goes to, when that is a newer one. */
  newerVersion: z.string().nullable(),
  queuedAt: moment,
  startedAt: moment.nullable(),
  finishedAt: moment.nullable(),
});
export type PredictionView = z.infer<typeof predictionViewSchema>;

/** Something that a model found in an object that was derived from the one asked for, directly or over others. */
const derivedHitSchema = z.object({
  /** The derived object. */
  sha256: objectHashSchema,
  mediaType: mediaTypeSchema,
  model: z.string(),
  label: z.string(),
  text: z.string().nullable(),
  score: z.number().nullable(),
  /** Where that is in the object asked for, in seconds; null where that is not known. */
  time: timeRangeSchema.nullable(),
});

const derivedHitsSchema = z.object({
  /** Objects that were derived from it. */
  objects: z.int(),
  /** The first of what models found in them, in the order of time. The words of a transcript are in the transcript. */
  hits: z.array(derivedHitSchema),
  /** All of them. */
  hitCount: z.int(),
  /** There are more objects and hits than were counted; `objects.family` of this one has them. */
  more: z.boolean(),
});
export type DerivedHits = z.infer<typeof derivedHitsSchema>;

/** What is known of one hash that was asked for. */
export const objectResultsSchema = z.discriminatedUnion('found', [
  z.object({ hash: z.string(), found: z.literal(false), detail: z.string() }),
  objectFactsSchema.extend({
    hash: z.string(),
    found: z.literal(true),
    /** When several objects share the MD5 or SHA-1 asked for: all of them, first uploaded first. The first answers. */
    ambiguous: z.array(objectHashSchema).optional(),
    /** Every name it was uploaded under, oldest first, without repeats. */
    fileNames: z.array(z.string()),
    /** Of its names, those that promise another format than the bytes are. */
    falseNames: z.array(z.object({ fileName: z.string(), mismatch: mismatchSchema })),
    /** Of the first of `falseNames`; null: no name is false. */
    mismatch: mismatchSchema.nullable(),
    /** User names, oldest upload first, without repeats. */
    uploadedBy: z.array(z.string()),
    uploadedAt: moment,
    /** Its bytes were deleted from all cases in which the asker sees it: when, by whom (null: by the case's rule) and why. */
    deletion: z
      .object({ at: moment, by: z.string().nullable(), cause: z.enum(deletionCauses), reason: z.string() })
      .nullable(),
    /** Those of the asker's cases that it is in. Names, uploaders and times are of these alone. */
    cases: z.array(z.object({ id: z.uuid(), name: z.string() })),
    /** Every prediction asked for so far is final. */
    done: z.boolean(),
    predictions: z.array(predictionViewSchema),
    derived: derivedHitsSchema,
  }),
]);
export type ObjectResults = z.infer<typeof objectResultsSchema>;
