import { deletionCauses } from '@assay/shared';
import { sql } from 'drizzle-orm';
import { bigint, pgEnum, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { user } from './auth.ts';
import { cases } from './case.ts';
import { moment } from './columns.ts';
import { objects } from './object.ts';

export const deletionCause = pgEnum('deletion_cause', deletionCauses);

/**
 * An object was deleted from a case: nobody of it gets the bytes any more. When no case is left that has the object, its
 * bytes go. All that is known of it stays.
 */
export const deletions = pgTable(
  'deletions',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    objectId: bigint({ mode: 'number' })
      .notNull()
      .references(() => objects.id),
    caseId: uuid()
      .notNull()
      .references(() => cases.id),
    cause: deletionCause().notNull(),
    /** Null: by the case's own rule. */
    by: text().references(() => user.id),
    at: moment().notNull().defaultNow(),
    /** Why, in the words of who did it. */
    reason: text().notNull(),
    /** What it was made from and deleted with; null: it was meant itself. */
    withId: bigint({ mode: 'number' }).references(() => objects.id),
    /** Since when it is back: somebody uploaded it into the case again. */
    endedAt: moment(),
  },
  (t) => [uniqueIndex().on(t.objectId, t.caseId).where(sql`ended_at is null`)],
);
