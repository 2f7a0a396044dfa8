import { type Manifest, modelStates } from '@assay/shared';
import { index, integer, jsonb, pgEnum, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { user } from './auth.ts';
import { moment } from './columns.ts';
import { workers } from './worker.ts';

export const modelState = pgEnum('model_state', modelStates);

/** A model at a version. Kept for ever with the results it made. */
export const models = pgTable(
  'models',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    name: text().notNull(),
    version: text().notNull(),
    manifest: jsonb().$type<Manifest>().notNull(),
    firstSeenAt: moment().notNull().defaultNow(),
  },
  (t) => [unique().on(t.name, t.version)],
);

/** An address at which a model is, or should be, reached, and how it was at the last look. */
export const modelEndpoints = pgTable(
  'model_endpoints',
  {
    url: text().primaryKey(),
    /** Of a bundled model, which `assay serve` starts and is not ready without; null for others. */
    bundledAs: text(),
    /** Who registered it; null: the operator named it. What somebody registered stays when Assay starts again. */
    registeredBy: text().references(() => user.id),
    /** What answered there last; null until something did. */
    modelId: integer().references(() => models.id),
    state: modelState().notNull().default('starting'),
    detail: text(),
    stateSince: moment().notNull().defaultNow(),
    checkedAt: moment(),
  },
  (t) => [index().on(t.modelId)],
);

/** A model that failed at everything, and is given nothing but a trial now and then until it succeeds at one. */
export const modelPauses = pgTable('model_pauses', {
  modelId: integer()
    .primaryKey()
    .references(() => models.id),
  since: moment().notNull().defaultNow(),
  /** What it said last. */
  reason: text().notNull(),
  /** When it is tried next. */
  trialAt: moment().notNull(),
  /** Trials that failed so far. */
  trials: integer().notNull().default(0),
});

/** How many calls a worker may have under way at an address: together no more than the manifest allows. */
export const modelShares = pgTable(
  'model_shares',
  {
    url: text().notNull(),
    workerId: uuid()
      .notNull()
      .references(() => workers.id, { onDelete: 'cascade' }),
    calls: integer().notNull(),
    /** It waits since then for a time when no other worker has calls there, or has that time. */
    aloneSince: moment(),
  },
  (t) => [primaryKey({ columns: [t.url, t.workerId] }), index().on(t.workerId)],
);
