import type { AuditAct, AuditOutcome, AuditSubjectKind } from '@assay/shared';
import { sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import type { Statements } from './one-statement.ts';
import { insertRows } from './queries/insert-rows.ts';
import { auditRecords } from './schema/audit.ts';

/** Who acts, and from where. Without an id: a stranger. */
export interface Actor {
  id?: string;
  username?: string | undefined;
  key?: { id: string } | undefined;
  /** Undefined: it can't be told. */
  from?: Origin | undefined;
}

export interface Origin {
  address: string;
  /** What the client says that it is. */
  agent: string | undefined;
}

/** An act as it is put down. */
export interface Act {
  /** Null: Assay itself. */
  by: Actor | null;
  act: AuditAct;
  subject?: { kind: Exclude<AuditSubjectKind, 'objects'>; id: string } | { kind: 'objects'; ids: readonly string[] };
  /** `done`, unless said. */
  outcome?: AuditOutcome;
  /** Never a secret: it is there for ever, and is exported. */
  details?: Record<string, unknown>;
}

/** Puts down what came of predictions, by their ids. Gives the record's number; null: there were none. */
export async function recordDigests(
  tx: Db,
  state: 'succeeded' | 'failed',
  digests: Record<string, string>,
): Promise<number | null> {
  if (Object.keys(digests).length === 0) return null;
  const row = toRecordRow({ by: null, act: 'results', details: { [state]: digests } });
  const [made] = await tx.execute<{ id: string }>(sql`${insertRows(auditRecords, [row])} returning id`);
  return made ? Number(made.id) : null;
}

const longestAgent = 300;
const longestSubject = 1000;

/**
 * Puts acts down in the audit trail, in their order, in the transaction of what they say. The only way into it.
 * What is shown is put down before it goes out.
 */
export async function recordActs(tx: Statements, acts: readonly Act[]): Promise<void> {
  if (acts.length === 0) return;
  const records = insertRows(auditRecords, acts.map(toRecordRow));
  if (!acts.some(({ subject }) => subject?.kind === 'objects')) await tx.execute(records);
  else
    await tx.execute(sql`
      with made as (${records} returning id, subject_kind, details)
      insert into audit_objects (sha256, record_id)
      select decode(sha256, 'hex'), id from made, json_array_elements_text(details->'objects') sha256
      where subject_kind = 'objects'`);
}

const toRecordRow = ({ by, act, subject, outcome = 'done', details }: Act) => ({
  userId: by?.id ?? null,
  username: by?.username ?? null,
  keyId: by?.key?.id ?? null,
  address: by?.from?.address ?? null,
  agent: tidy(by?.from?.agent, longestAgent),
  act,
  subjectKind: subject?.kind ?? null,
  subjectId: subject?.kind === 'objects' ? null : tidy(subject?.id, longestSubject),
  outcome,
  details: subject?.kind === 'objects' ? { ...details, objects: subject.ids } : (details ?? null),
});

/** What PostgreSQL takes for a text, whatever a client sent. */
const tidy = (text: string | undefined, longest: number) =>
  text === undefined ? null : text.slice(0, longest).toWellFormed().replaceAll('\0', '\u{FFFD}');
