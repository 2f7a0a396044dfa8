import { jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { user } from './auth.ts';
import { moment } from './columns.ts';

/** What administrators chose for everybody here. What has no row is as it comes. */
export const settings = pgTable('settings', {
  name: text().primaryKey(),
  value: jsonb().notNull(),
  changedBy: text()
    .notNull()
    .references(() => user.id),
  changedAt: moment().notNull().defaultNow(),
});

/** What each person chose for themselves. */
export const ownSettings = pgTable(
  'own_settings',
  {
    userId: text()
      .notNull()
      .references(() => user.id),
    name: text().notNull(),
    value: jsonb().notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.name] })],
);
