import { sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { auditCheckpoints } from '../schema/audit.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { SealedRecord } from './form.ts';

/** The columns of `audit_records r`, as they are hashed. */
export const recordColumns = sql`r.id::text as id,
  to_char(r.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, r.user_id as "userId", r.username,
  r.key_id as "keyId", r.address, r.agent, r.act, r.subject_kind as "subjectKind", r.subject_id as "subjectId", r.outcome,
  r.details::text as details`;

/** A place of the chain; of a record that is gone, its number and hash are left. */
export type ChainLink = SealedRecord | (Pick<SealedRecord, 'place' | 'form' | 'hash' | 'id'> & { act: null });

/** The chain after a place, in its order; at most `limit` of it. */
export async function listChain(db: Db, after: number, limit: number): Promise<ChainLink[]> {
  const rows = await db.execute<Record<string, unknown> & { place: string; recordId: string; act: string | null }>(sql`
    select s.place, s.form, encode(s.hash, 'hex') as hash, s.record_id::text as "recordId", ${recordColumns}
    from audit_seals s left join audit_records r on r.id = s.record_id
    where s.place > ${after} order by s.place limit ${limit}`);
  return rows.map(({ recordId, ...row }) => ({ ...row, id: recordId, place: Number(row.place) }) as ChainLink);
}

/** How many records wait for their place for longer than `seconds`. */
export async function countUnsealed(db: Db, seconds: number): Promise<number> {
  const [row] = await db.execute<{ n: number }>(sql`
    select count(*)::int as n from audit_records r
    where not exists (select from audit_seals s where s.record_id = r.id)
      and r.at < now() - make_interval(secs => ${seconds})`);
  return row?.n ?? 0;
}

/** All that were signed, the oldest first. */
export async function listCheckpoints(db: Db): Promise<Checkpoint[]> {
  const rows = await db.select().from(auditCheckpoints).orderBy(auditCheckpoints.id);
  return rows.map(({ id: _, ...checkpoint }) => checkpoint);
}

export async function insertCheckpoint(tx: Db, checkpoint: Checkpoint): Promise<void> {
  await tx.insert(auditCheckpoints).values(checkpoint);
}
