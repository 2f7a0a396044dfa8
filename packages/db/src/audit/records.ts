import type { AuditFilter } from '@assay/shared';
import { type SQL, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { auditCheckpoints } from '../schema/audit.ts';
import type { Checkpoint } from './checkpoint.ts';
import { isWanted } from './filter.ts';
import type { AuditRecord, SealedRecord } from './form.ts';

/** The columns of `audit_records r`, as they are hashed. */
export const recordColumns = sql`r.id::text as id,
  to_char(r.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, r.user_id as "userId", r.username,
  r.key_id as "keyId", r.address, r.agent, r.act, r.subject_kind as "subjectKind", r.subject_id as "subjectId", r.outcome,
  r.details::text as details`;

/** A place of the chain; of a record that is gone, its number and hash are left. */
export type ChainLink = SealedRecord | (Pick<SealedRecord, 'place' | 'form' | 'hash' | 'id'> & { act: null });

const pageSize = 2_000;

interface Stretch {
  filter?: AuditFilter;
  /** The last place. */
  until?: number | undefined;
}

/** The chain in its order, a page after the other: all of it, or the records of it that are wanted. */
export async function* readChain(db: Db, { filter, until }: Stretch = {}): AsyncGenerator<ChainLink[]> {
  const wanted = filter ? isWanted(filter) : sql`true`;
  for (let after = 0; ; ) {
    const links = await listChain(db, after, until === undefined ? wanted : sql`${wanted} and s.place <= ${until}`);
    const last = links.at(-1);
    if (!last) return;
    yield links;
    after = last.place;
  }
}

async function listChain(db: Db, after: number, wanted: SQL): Promise<ChainLink[]> {
  const rows = await db.execute<Record<string, unknown> & { place: string; recordId: string; act: string | null }>(sql`
    select s.place, s.form, encode(s.hash, 'hex') as hash, s.record_id::text as "recordId", ${recordColumns}
    from audit_seals s left join audit_records r on r.id = s.record_id
    where s.place > ${after} and ${wanted} order by s.place limit ${pageSize}`);
  return rows.map(({ recordId, ...row }) => ({ ...row, id: recordId, place: Number(row.place) }) as ChainLink);
}

/** Before which record a page of the trail ends. */
export interface TrailPlace {
  /** As `AuditRecord.at`. */
  at: string;
  id: string;
}

/** The records that are wanted, the newest first. */
export async function listRecords(
  db: Db,
  { filter, before, limit }: { filter: AuditFilter; before?: TrailPlace | undefined; limit: number },
): Promise<AuditRecord[]> {
  const older = before ? sql`and (r.at, r.id) < (${before.at}::timestamptz, ${before.id}::bigint)` : sql``;
  const rows = await db.execute<AuditRecord & Record<string, unknown>>(sql`
    select ${recordColumns} from audit_records r where ${isWanted(filter)} ${older}
    order by r.at desc, r.id desc limit ${limit}`);
  return [...rows];
}

/** A record with its place in the chain, if it has one yet, and the hash of the place before. */
export type PlacedRecord = AuditRecord & {
  seal: { place: number; form: number; hash: string; hashBefore: string | null } | null;
};

export async function findRecord(db: Db, id: string): Promise<PlacedRecord | undefined> {
  const [row] = await db.execute<PlacedRecord & Record<string, unknown>>(sql`
    select ${recordColumns}, case when s.place is not null then json_build_object('place', s.place, 'form', s.form,
      'hash', encode(s.hash, 'hex'), 'hashBefore', encode(b.hash, 'hex')) end as seal
    from audit_records r left join audit_seals s on s.record_id = r.id left join audit_seals b on b.place = s.place - 1
    where r.id = ${id}::bigint`);
  return row;
}

/** Where the chain ends, and what of it was signed last; null: nothing yet. */
export async function findChainEnd(db: Db) {
  const [end] = await db.execute<{ place: string; hash: string; recordId: string; at: string | null }>(sql`
    select s.place, encode(s.hash, 'hex') as hash, s.record_id::text as "recordId",
      to_char(r.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at
    from audit_seals s left join audit_records r on r.id = s.record_id order by s.place desc limit 1`);
  const [checkpoint] = await db.execute<{ place: string; at: string; publicKey: string }>(sql`
    select place, at, public_key as "publicKey" from audit_checkpoints order by id desc limit 1`);
  return {
    last: end ? { ...end, place: Number(end.place) } : null,
    checkpoint: checkpoint ? { ...checkpoint, place: Number(checkpoint.place) } : null,
  };
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
