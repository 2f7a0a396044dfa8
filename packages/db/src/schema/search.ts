import { sql } from 'drizzle-orm';
import { bigint, customType, index, integer, pgEnum, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';
import { user } from './auth.ts';
import { hexBytes, moment } from './columns.ts';

const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' });

export const resultNameKind = pgEnum('result_name_kind', ['class', 'annotation']);

/**
 * Every class and every label of an annotation that a model of this name ever gave, at whatever version. Labels and
 * annotations point here by a key that follows from the names (the function `result_key`), so nobody has to ask for it.
 */
export const resultNames = pgTable(
  'result_names',
  {
    key: bigint({ mode: 'bigint' }).primaryKey(),
    kind: resultNameKind().notNull(),
    model: text().notNull(),
    name: text().notNull(),
  },
  (t) => [index().on(t.name)],
);

/** The words of a result and its annotations, to be found by. The text itself is in the result. */
export const searchTexts = pgTable(
  'search_texts',
  {
    objectId: bigint({ mode: 'number' }).notNull(),
    predictionId: uuid().notNull(),
    words: tsvector().notNull(),
  },
  (t) => [index().on(t.objectId), index('search_texts_words_index').using('gin', t.words)],
);

/** PDQ hashes of what objects look like. */
export const lookHashes = pgTable(
  'look_hashes',
  {
    objectId: bigint({ mode: 'number' }).notNull(),
    predictionId: uuid().notNull(),
    hash: hexBytes().notNull(),
    /** Its sixteen parts of 16 bits, each with its place: two hashes that differ by 31 bits have one that differs by one. */
    parts: integer().array().notNull(),
  },
  (t) => [index().on(t.objectId), index('look_hashes_parts_index').using('gin', sql`${t.parts}`)],
);

/** A search that a person gave a name, to run it again. */
export const savedSearches = pgTable(
  'saved_searches',
  {
    id: uuid().primaryKey().defaultRandom(),
    ownerId: text()
      .notNull()
      .references(() => user.id),
    name: text().notNull(),
    query: text().notNull(),
    sort: text().notNull(),
    savedAt: moment().notNull().defaultNow(),
  },
  (t) => [unique().on(t.ownerId, t.name)],
);
