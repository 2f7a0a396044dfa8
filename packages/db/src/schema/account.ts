import { linkKinds } from '@assay/shared';
import { index, integer, pgEnum, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { role, user } from './auth.ts';
import { hexBytes, moment } from './columns.ts';

export const linkKind = pgEnum('link_kind', linkKinds);

/** A link that makes an account, or gives one a new password, once. Kept when it is of no use any more. */
export const accountLinks = pgTable(
  'account_links',
  {
    id: uuid().primaryKey(),
    kind: linkKind().notNull(),
    /** SHA-256 of what the link ends in. */
    tokenHash: hexBytes().notNull().unique(),
    /** Of the account that it makes. */
    role: role().notNull(),
    /** For whom it is, in the words of who made it. */
    note: text().notNull().default(''),
    /** Whose password it sets, or who came of it; null: nobody yet. */
    userId: text().references(() => user.id, { onDelete: 'cascade' }),
    madeBy: text()
      .notNull()
      .references(() => user.id),
    madeAt: moment().notNull().defaultNow(),
    endsAt: moment().notNull(),
    usedAt: moment(),
    revokedAt: moment(),
  },
  (t) => [index().on(t.userId)],
);

/** Tries to sign in that were not right lately: by account, by address, and by the two. */
export const guesses = pgTable('guesses', {
  key: text().primaryKey(),
  count: integer().notNull(),
  since: moment().notNull(),
});
