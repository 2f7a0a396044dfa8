import type { BulkState, TagColour } from '@assay/shared';
import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { user } from './auth.ts';
import { cases } from './case.ts';
import { moment } from './columns.ts';
import { objects } from './object.ts';
import { predictions } from './prediction.ts';

/** The verdicts that a case has beside those that every case has. A removed one is given no more; where it was given it stays. */
export const caseVerdicts = pgTable(
  'case_verdicts',
  {
    caseId: uuid()
      .notNull()
      .references(() => cases.id),
    name: text().notNull(),
    addedBy: text()
      .notNull()
      .references(() => user.id),
    addedAt: moment().notNull().defaultNow(),
    removedAt: moment(),
  },
  (t) => [
    primaryKey({ columns: [t.caseId, t.name] }),
    uniqueIndex('case_verdicts_name_index').on(t.caseId, sql`lower(${t.name})`).where(sql`removed_at is null`),
  ],
);

/** A word that people give objects of a case. A removed one is nowhere to be seen. */
export const tags = pgTable(
  'tags',
  {
    id: uuid().primaryKey().defaultRandom(),
    caseId: uuid()
      .notNull()
      .references(() => cases.id),
    name: text().notNull(),
    colour: text().$type<TagColour>().notNull(),
    madeBy: text()
      .notNull()
      .references(() => user.id),
    madeAt: moment().notNull().defaultNow(),
    removedAt: moment(),
  },
  (t) => [uniqueIndex('tags_name_index').on(t.caseId, sql`lower(${t.name})`).where(sql`removed_at is null`)],
);

/** Something said of many objects at once, in the background; or what undoes that. */
export const bulkActs = pgTable(
  'bulk_acts',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    caseId: uuid()
      .notNull()
      .references(() => cases.id),
    /** The tag that is given or taken off; null: it is a verdict. */
    tagId: uuid().references(() => tags.id),
    /** As in `judgements`. */
    value: text(),
    /** The act that it undoes; then it says nothing itself. */
    undoes: bigint({ mode: 'number' }),
    /** A search and the time zone of its days, or objects one by one. */
    query: text(),
    timeZone: text(),
    objectIds: bigint({ mode: 'number' }).array(),
    askedBy: text()
      .notNull()
      .references(() => user.id),
    askedAt: moment().notNull().defaultNow(),
    state: text().$type<BulkState>().notNull().default('queued'),
    /** Why it failed. */
    reason: text(),
    /** Objects when it was asked; null: more than are counted of a search. */
    total: integer(),
    /** Objects that were looked at, and that something new was said of. */
    done: integer().notNull().default(0),
    changed: integer().notNull().default(0),
    /** The last object that was looked at; of what undoes, the last judgement. It goes on behind that. */
    place: bigint({ mode: 'number' }),
    finishedAt: moment(),
  },
  (t) => [index().on(t.askedBy, t.id)],
);

/**
 * What people say in a case: a verdict on an object, a verdict on a prediction, or a tag. A row is added each time it is said
 * or taken back, and never changes (a trigger refuses): of one thing said of one object the newest row counts.
 */
export const judgements = pgTable(
  'judgements',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    caseId: uuid()
      .notNull()
      .references(() => cases.id),
    objectId: bigint({ mode: 'number' })
      .notNull()
      .references(() => objects.id),
    /** That the verdict is on; null: it is on the object, or this is a tag. */
    predictionId: uuid().references(() => predictions.id),
    /** Null: this is a verdict. */
    tagId: uuid().references(() => tags.id),
    /** The verdict; of a tag `on`. Null: it was taken back. */
    value: text(),
    madeBy: text()
      .notNull()
      .references(() => user.id),
    madeAt: moment().notNull().defaultNow(),
    /** Of many objects at once. */
    bulkId: bigint({ mode: 'number' }).references(() => bulkActs.id),
  },
  (t) => [
    index().on(t.bulkId, t.id).where(sql`bulk_id is not null`),
    check('judgements_subject_check', sql`${t.predictionId} is null or ${t.tagId} is null`),
    index().on(t.objectId, t.caseId, t.id),
    index('judgements_verdict_index')
      .on(t.caseId, sql`lower(${t.value})`, t.objectId)
      .where(sql`prediction_id is null and tag_id is null`),
    index('judgements_tag_index').on(t.tagId, t.objectId).where(sql`tag_id is not null`),
    index('judgements_prediction_index').on(t.predictionId, t.caseId, t.id).where(sql`prediction_id is not null`),
  ],
);

/** What a person writes down about an object of a case. It is not changed; a removed one is kept, and not shown. */
export const notes = pgTable(
  'notes',
  {
    id: uuid().primaryKey().defaultRandom(),
    caseId: uuid()
      .notNull()
      .references(() => cases.id),
    objectId: bigint({ mode: 'number' })
      .notNull()
      .references(() => objects.id),
    text: text().notNull(),
    madeBy: text()
      .notNull()
      .references(() => user.id),
    madeAt: moment().notNull().defaultNow(),
    removedBy: text().references(() => user.id),
    removedAt: moment(),
  },
  (t) => [
    index().on(t.objectId, t.caseId),
    index('notes_words_index').using('gin', sql`search_words(text)`).where(sql`removed_at is null`),
  ],
);
