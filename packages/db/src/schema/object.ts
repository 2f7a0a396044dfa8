import { mediaTypes, type ObjectHash } from '@assay/shared';
import { sql } from 'drizzle-orm';
import { bigint, index, pgEnum, pgTable, text } from 'drizzle-orm/pg-core';
import { hexBytes, moment } from './columns.ts';

export const mediaType = pgEnum('media_type', mediaTypes);

/** A stored file. Its identity is the SHA-256; the number only keeps the tables that point here small. */
export const objects = pgTable(
  'objects',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    sha256: hexBytes().$type<ObjectHash>().notNull().unique(),
    md5: hexBytes().notNull(),
    sha1: hexBytes().notNull(),
    /** Bytes. */
    size: bigint({ mode: 'number' }).notNull(),
    mediaType: mediaType().notNull(),
    mime: text().notNull(),
    /** Of a text, as TextDecoder names it. */
    encoding: text(),
    storedAt: moment().notNull().defaultNow(),
    /** Since when no case has it: its bytes are removed, or were. */
    releasedAt: moment(),
  },
  (t) => [
    index().on(t.md5),
    index().on(t.sha1),
    index('objects_size_index').on(t.size, sql`tie(id)`),
    index().on(t.mediaType, t.id),
    index().on(t.mime, t.id),
    index().on(t.id).where(sql`released_at is not null`),
  ],
);
