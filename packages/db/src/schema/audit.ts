import type { AuditAct, AuditOutcome, AuditSubjectKind } from '@assay/shared';
import { sql } from 'drizzle-orm';
import { bigint, customType, index, integer, json, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { hexBytes, moment } from './columns.ts';

const transactionId = customType<{ data: string }>({ dataType: () => 'xid8' });

/*
 * Rows of these tables are added and never changed: triggers refuse all else (migration audit). They name people and things
 * and point nowhere, so that a record says by itself what happened.
 */

/** An act on an object or a person: who, when, from where, what, with which outcome. */
export const auditRecords = pgTable(
  'audit_records',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    at: moment().notNull().default(sql`clock_timestamp()`),
    /** The transaction that wrote it: tells the sealer which records may still be to come. */
    transaction: transactionId().notNull().default(sql`pg_current_xact_id()`),
    /** Of the person; null: a stranger, or Assay itself. */
    userId: text(),
    username: text(),
    /** The API key that it was done with. */
    keyId: text(),
    /** Of the client; null: Assay itself. */
    address: text(),
    /** What the client says that it is. */
    agent: text(),
    act: text().$type<AuditAct>().notNull(),
    subjectKind: text().$type<AuditSubjectKind>(),
    /** Of an object its SHA-256, of a model its name and version, of others their id; null: of nothing, or of `objects`. */
    subjectId: text(),
    outcome: text().$type<AuditOutcome>().notNull().default('done'),
    details: json().$type<Record<string, unknown>>(),
  },
  (t) => [
    index().on(t.transaction, t.id),
    index().on(t.at, t.id),
    index().on(t.userId, t.at, t.id),
    index().on(t.act, t.at, t.id),
    index().on(t.subjectId, t.at, t.id),
  ],
);

/** Where each object of a record on `objects` is found; the record names them itself, and its hash covers that. */
export const auditObjects = pgTable(
  'audit_objects',
  {
    sha256: hexBytes().notNull(),
    recordId: bigint({ mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.sha256, t.recordId] })],
);

/** The place of a record in the chain: its hash covers the record and the hash before. */
export const auditSeals = pgTable('audit_seals', {
  /** 1, 2, 3 and so on, without a gap. */
  place: bigint({ mode: 'number' }).primaryKey(),
  recordId: bigint({ mode: 'number' }).notNull().unique(),
  /** Which bytes are hashed, as audit/form.ts has it. */
  form: integer().notNull(),
  hash: hexBytes().notNull(),
});

/** What the chain was at a moment, signed. */
export const auditCheckpoints = pgTable('audit_checkpoints', {
  id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  place: bigint({ mode: 'number' }).notNull(),
  hash: hexBytes().notNull(),
  /** ISO 8601, as it was signed. */
  at: text().notNull(),
  /** Ed25519, raw, base64. */
  publicKey: text().notNull(),
  /** Base64. */
  signature: text().notNull(),
});
