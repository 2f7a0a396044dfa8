import { sql } from 'drizzle-orm';
import { bigint, doublePrecision, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { objects } from './object.ts';
import { predictions } from './prediction.ts';

/** The link from an object to one that a model made from it. Equal bytes are one object with several of these. */
export const derivations = pgTable(
  'derivations',
  {
    /** What made the child: it says which model, of which parent. */
    predictionId: uuid()
      .notNull()
      .references(() => predictions.id),
    /** Its place among the objects of that answer. */
    position: integer().notNull(),
    parentId: bigint({ mode: 'number' })
      .notNull()
      .references(() => objects.id),
    childId: bigint({ mode: 'number' })
      .notNull()
      .references(() => objects.id),
    /** Where in the parent it came from, in seconds. */
    timeStart: doublePrecision(),
    timeEnd: doublePrecision(),
    /** What it is, in the model's words. */
    label: text(),
  },
  (t) => [
    primaryKey({ columns: [t.predictionId, t.position] }),
    index().on(t.parentId),
    index().on(t.childId),
    index('derivations_tie_index').on(sql`tie(child_id)`, t.childId),
  ],
);
