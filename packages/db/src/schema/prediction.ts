import { type Box, faultOwners, predictionStates } from '@assay/shared';
import { sql } from 'drizzle-orm';
import {
  bigint,
  doublePrecision,
  index,
  integer,
  json,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core';
import { user } from './auth.ts';
import { moment } from './columns.ts';
import { models } from './model.ts';
import { objects } from './object.ts';

export const predictionState = pgEnum('prediction_state', predictionStates);

/**
 * With what beside it a prediction is tried. `none`: anything. `in_worker`, where a worker or a thread of it died over
 * several: nothing of its model that is isolated too, in the worker that has it. `at_model`, where the model broke over
 * several, or a worker over several that were isolated: nothing at the model, whoever else sends it work, and nothing of
 * any model in the worker that is isolated so.
 */
export const isolation = pgEnum('isolation', ['none', 'in_worker', 'at_model']);
export type Isolation = (typeof isolation.enumValues)[number];
export const faultOwner = pgEnum('fault_owner', faultOwners);

/** One object x one model version: a state and, in the end, a result or a reason. */
export const predictions = pgTable(
  'predictions',
  {
    id: uuid().primaryKey(),
    objectId: bigint({ mode: 'number' })
      .notNull()
      .references(() => objects.id),
    modelId: integer()
      .notNull()
      .references(() => models.id),
    state: predictionState().notNull().default('queued'),
    /** Its place in its model's line: smaller ones go first. */
    place: integer().notNull().default(0),
    /** Why it failed, was skipped or waits, in the model's own words where it had any. */
    reason: text(),
    /** Of a failed one: whose fault it is. */
    fault: faultOwner(),
    /** Times a worker handed it to the model and was not told "not now". */
    attempts: integer().notNull().default(0),
    /** It was in hand, with others, when something broke: it is tried with nothing beside it, so that it is known who did it. */
    isolation: isolation().notNull().default('none'),
    /** The worker that has it in hand; null: none. */
    workerId: uuid(),
    cancelledBy: text().references(() => user.id),
    classes: text().array().notNull().default(sql`'{}'`),
    /** As the model gave it, in its order; searched by labels. */
    result: json().$type<Record<string, unknown>>(),
    /** The record of the audit trail that has the digest of what came of it last. */
    auditRecordId: bigint({ mode: 'number' }),
    queuedAt: moment().notNull().defaultNow(),
    startedAt: moment(),
    finishedAt: moment(),
  },
  (t) => [
    // The promise "once per object, model and version" is this constraint.
    unique().on(t.objectId, t.modelId),
    index().on(t.modelId, t.state, t.place, t.id),
    // What a worker that died had in hand.
    index().on(t.workerId).where(sql`worker_id is not null`),
    // What a model did lately, without a cost before there is something done.
    index().on(t.modelId, t.finishedAt).where(sql`finished_at is not null`),
  ],
);

/**
 * One class of a result with its value, flattened so that it can be searched. Written once, by the thousand a second:
 * what it points to is held by the prediction's own constraints.
 */
export const labels = pgTable(
  'labels',
  {
    predictionId: uuid()
      .notNull()
      .references(() => predictions.id),
    objectId: bigint({ mode: 'number' }).notNull(),
    /** Of `result_names`: the model's name and the class. */
    key: bigint({ mode: 'bigint' }).notNull(),
    number: doublePrecision(),
    word: text(),
  },
  (t) => [
    index().on(t.objectId, t.key),
    index('labels_number_index').on(t.key, t.number, sql`tie(object_id)`, t.objectId).where(sql`number is not null`),
    index('labels_word_index').on(t.key, sql`lower(left(word, 100))`, t.objectId).where(sql`word is not null`),
    index('labels_part_of_word_index').using('gin', sql`lower(left(word, 1000)) gin_trgm_ops`),
  ],
);

/** Where in the object something is. Boxes are fractions, times seconds, spans UTF-16 code units. */
export const annotations = pgTable(
  'annotations',
  {
    predictionId: uuid()
      .notNull()
      .references(() => predictions.id),
    position: integer().notNull(),
    objectId: bigint({ mode: 'number' }).notNull(),
    /** Of `result_names`: the model's name and the label. */
    key: bigint({ mode: 'bigint' }).notNull(),
    label: text().notNull(),
    score: doublePrecision(),
    text: text(),
    box: json().$type<Box>(),
    timeStart: doublePrecision(),
    timeEnd: doublePrecision(),
    spanStart: integer(),
    spanEnd: integer(),
  },
  (t) => [
    primaryKey({ columns: [t.predictionId, t.position] }),
    index().on(t.objectId, t.key),
    index().on(t.key, t.score, t.objectId),
  ],
);
