import { boolean, pgTable } from 'drizzle-orm/pg-core';
import { moment } from './columns.ts';

/** Until when files are taken to be coming in, at any API process: at most one row. */
export const uploadActivity = pgTable('upload_activity', {
  one: boolean().primaryKey().default(true),
  until: moment().notNull(),
});
