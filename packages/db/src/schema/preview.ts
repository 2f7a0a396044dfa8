import { type ObjectHash, previewKinds, previewStates } from '@assay/shared';
import { bigint, index, integer, pgEnum, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core';
import { hexBytes, moment } from './columns.ts';
import { objects } from './object.ts';

export const previewKind = pgEnum('preview_kind', previewKinds);
export const previewState = pgEnum('preview_state', previewStates);

/** What was made of an object to look at. Its bytes lie in the store as objects' do; equal ones are kept once. */
export const previews = pgTable(
  'previews',
  {
    objectId: bigint({ mode: 'number' })
      .notNull()
      .references(() => objects.id),
    kind: previewKind().notNull(),
    state: previewState().notNull().default('queued'),
    /** Of one that failed: a sentence. */
    reason: text(),
    /** How often it was begun. One that ends its process each time is not begun for ever. */
    attempts: smallint().notNull().default(0),
    askedAt: moment().notNull().defaultNow(),
    endedAt: moment(),
    /** Of one that was made. */
    sha256: hexBytes().$type<ObjectHash>(),
    /** Bytes. */
    size: integer(),
  },
  (t) => [primaryKey({ columns: [t.objectId, t.kind] }), index().on(t.sha256)],
);
