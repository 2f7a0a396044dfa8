import { createHash } from 'node:crypto';

/** A record as it is hashed and exported: every value a text, or null. */
export interface AuditRecord {
  id: string;
  /** UTC, in microseconds: 2026-01-31T12:00:00.000000Z */
  at: string;
  userId: string | null;
  username: string | null;
  keyId: string | null;
  address: string | null;
  agent: string | null;
  act: string;
  subjectKind: string | null;
  subjectId: string | null;
  outcome: string;
  /** JSON, to the letter as the database keeps it. */
  details: string | null;
}

/** A record at its place in the chain: a line of an export. */
export interface SealedRecord extends AuditRecord {
  place: number;
  form: number;
  /** Hex. */
  hash: string;
}

/** Before the first record. */
export const noHash = '0'.repeat(64);

/** The form that new records are sealed in. What was sealed in an older one stays, and is checked in that. */
export const currentForm = 1;

/*
 * The bytes that are hashed, by form. 1: JSON without white space, a list of texts and nulls, as ECMA-262's JSON.stringify
 * writes it, in UTF-8.
 */
const forms: Record<number, (place: number, record: AuditRecord) => string> = {
  1: (place, r) =>
    JSON.stringify([
      ...['assay-audit/1', String(place), r.id, r.at, r.userId, r.username, r.keyId, r.address, r.agent],
      ...[r.act, r.subjectKind, r.subjectId, r.outcome, r.details],
    ]),
};

/** SHA-256 over the hash before (32 bytes) and the record's bytes; hex. Undefined: there is no such form. */
export function hashRecord(before: string, place: number, form: number, record: AuditRecord): string | undefined {
  const write = forms[form];
  return write && createHash('sha256').update(before, 'hex').update(write(place, record)).digest('hex');
}
