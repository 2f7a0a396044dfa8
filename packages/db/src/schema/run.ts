import { runPriorities } from '@assay/shared';
import { sql } from 'drizzle-orm';
import { bigint, index, integer, pgEnum, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { user } from './auth.ts';
import { cases } from './case.ts';
import { moment } from './columns.ts';
import { models } from './model.ts';
import { objects } from './object.ts';
import { predictions } from './prediction.ts';

export const runPriority = pgEnum('run_priority', runPriorities);

/** One request: some objects x some models, asked by one person, in one case. */
export const runs = pgTable(
  'runs',
  {
    id: uuid().primaryKey(),
    askedBy: text()
      .notNull()
      .references(() => user.id),
    askedAt: moment().notNull().defaultNow(),
    caseId: uuid()
      .notNull()
      .references(() => cases.id),
    priority: runPriority().notNull().default('normal'),
    cancelledBy: text().references(() => user.id),
    cancelledAt: moment(),
  },
  (t) => [index().on(t.caseId, t.askedAt, t.id)],
);

/** The act that brought an object in: who, when, under which file name, into which case. */
export const uploads = pgTable(
  'uploads',
  {
    id: uuid().primaryKey(),
    objectId: bigint({ mode: 'number' })
      .notNull()
      .references(() => objects.id),
    runId: uuid()
      .notNull()
      .references(() => runs.id),
    /** That of its run. */
    caseId: uuid()
      .notNull()
      .references(() => cases.id),
    uploadedBy: text()
      .notNull()
      .references(() => user.id),
    fileName: text().notNull(),
    /** The name's extension, when it promises another format than the bytes are; null when it doesn't, or nobody looked. */
    falseExtension: text(),
    /** Its place among the files of its request. */
    position: integer().notNull(),
    uploadedAt: moment().notNull().defaultNow(),
  },
  (t) => [
    index().on(t.objectId, t.id),
    index().on(t.runId),
    index().on(t.uploadedAt, t.objectId),
    index('uploads_name_index').on(sql`lower(left(file_name, 200)) collate "C"`, sql`tie(object_id)`),
    index('uploads_words_of_name_index').using('gin', sql`search_words(file_name)`),
    index('uploads_part_of_name_index').using('gin', sql`lower(left(file_name, 1000)) gin_trgm_ops`),
    index('uploads_mismatch_index').on(t.objectId).where(sql`false_extension is not null`),
  ],
);

/** The models that were chosen for a run: each gets what it accepts, of the files and of what others make of them. */
export const runModels = pgTable(
  'run_models',
  {
    runId: uuid()
      .notNull()
      .references(() => runs.id),
    modelId: integer()
      .notNull()
      .references(() => models.id),
  },
  (t) => [primaryKey({ columns: [t.runId, t.modelId] })],
);

/** What a run asked for. A prediction is made once and belongs to every run that asked for it. */
export const runPredictions = pgTable(
  'run_predictions',
  {
    runId: uuid()
      .notNull()
      .references(() => runs.id),
    predictionId: uuid()
      .notNull()
      .references(() => predictions.id),
  },
  (t) => [primaryKey({ columns: [t.runId, t.predictionId] }), index().on(t.predictionId)],
);
