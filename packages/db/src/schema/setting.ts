import { jsonb, pgTable, text } from 'drizzle-orm/pg-core';
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
