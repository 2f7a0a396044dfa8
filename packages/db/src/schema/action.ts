import { workActions } from '@assay/shared';
import { bigint, index, integer, pgEnum, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { user } from './auth.ts';
import { moment } from './columns.ts';
import { models } from './model.ts';
import { predictions } from './prediction.ts';
import { runs } from './run.ts';

export const workAction = pgEnum('work_action', workActions);

/** What a person did to work that had been asked for: to one prediction, a run, or all of a model. Never changed. */
export const actions = pgTable(
  'actions',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    action: workAction().notNull(),
    by: text()
      .notNull()
      .references(() => user.id),
    at: moment().notNull().defaultNow(),
    predictionId: uuid().references(() => predictions.id),
    runId: uuid().references(() => runs.id),
    modelId: integer().references(() => models.id),
    /** Predictions that it changed. */
    predictions: integer().notNull(),
    /** Of a change of priority: to which. */
    detail: text(),
  },
  (t) => [index().on(t.runId), index().on(t.predictionId)],
);
