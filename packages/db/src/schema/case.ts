import { caseRoles } from '@assay/shared';
import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, pgEnum, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { apikey, user } from './auth.ts';
import { moment } from './columns.ts';
import { objects } from './object.ts';

export const caseRole = pgEnum('case_role', caseRoles);

/** A named set of uploads and the people who may see them. Never deleted. */
export const cases = pgTable('cases', {
  id: uuid().primaryKey().defaultRandom(),
  name: text().notNull(),
  /** Whose private case it is: a trigger makes one with each account. Null: one that people share. */
  privateOf: text()
    .unique()
    .references(() => user.id),
  createdBy: text()
    .notNull()
    .references(() => user.id),
  createdAt: moment().notNull().defaultNow(),
  /** Since when it takes no uploads. */
  archivedAt: moment(),
  /** Since when nothing of it can be deleted: a trigger refuses. */
  heldAt: moment(),
  /** Days after its upload for which an object's bytes are kept; null: for ever. */
  retentionDays: integer(),
  /** Nobody sees the verdicts of others on something before two people have given theirs. */
  independentReview: boolean().notNull().default(false),
});

/** Nobody else sees anything of the case. */
export const caseMembers = pgTable(
  'case_members',
  {
    userId: text()
      .notNull()
      .references(() => user.id),
    caseId: uuid()
      .notNull()
      .references(() => cases.id),
    role: caseRole().notNull(),
    addedBy: text()
      .notNull()
      .references(() => user.id),
    addedAt: moment().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.caseId] }), index().on(t.caseId)],
);

/**
 * Which objects are in a case: those that were uploaded into it, and all that models made of these. Triggers on `uploads`,
 * `derivations` and on itself write it, in the transaction that makes it so; before them only `putInPlace`, with the place.
 */
export const caseObjects = pgTable(
  'case_objects',
  {
    objectId: bigint({ mode: 'number' })
      .notNull()
      .references(() => objects.id),
    caseId: uuid()
      .notNull()
      .references(() => cases.id),
    addedAt: moment().notNull().defaultNow(),
    /**
     * Where it stands in lists of the case: the number that the object got, or would have got had nobody had it. So a list
     * does not tell what was here before.
     */
    place: bigint({ mode: 'number' }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.objectId, t.caseId] }),
    index().on(t.caseId, t.place, t.objectId),
    index('case_objects_late_index').on(t.caseId, t.place, t.objectId).where(sql`place <> object_id`),
  ],
);

/** The only cases that a key is good for. None here: all of its owner's. */
export const apiKeyCases = pgTable(
  'api_key_cases',
  {
    keyId: text()
      .notNull()
      .references(() => apikey.id, { onDelete: 'cascade' }),
    caseId: uuid()
      .notNull()
      .references(() => cases.id),
  },
  (t) => [primaryKey({ columns: [t.keyId, t.caseId] })],
);
