import { sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { insertRows } from '../queries/insert-rows.ts';
import { auditSeals } from '../schema/audit.ts';
import { type Checkpoint, type CheckpointKey, signCheckpoint } from './checkpoint.ts';
import { type AuditRecord, currentForm, hashRecord, noHash } from './form.ts';
import { insertCheckpoint, recordColumns } from './records.ts';

// Any number that nothing else in this database locks.
const sealLock = 4_152_032;
const sealedAtOnce = 2_000;

/** What one turn did. */
export interface Sealed {
  /** Records that have their place in the chain now. */
  records: number;
  /** There may be more. */
  more: boolean;
  checkpoint?: Checkpoint;
}

/**
 * Gives records their places in the chain, one process at a time. Transactions commit in another order than they began,
 * so a record may come to light after later ones were sealed. None is missed: each says which transaction wrote it, and
 * those are asked for again from the oldest on that was still going on.
 */
export class Sealer {
  readonly #db: Db;
  /** All records of transactions before this one are sealed; undefined: not known yet. */
  #horizon: string | undefined;

  constructor(db: Db) {
    this.#db = db;
  }

  /** With `sign`, ends the turn with a checkpoint when the last one is older than that, and there was something since. */
  async seal(sign?: { key: CheckpointKey; everySeconds: number }): Promise<Sealed> {
    let horizon = this.#horizon;
    const sealed = await this.#db.transaction(async (tx): Promise<Sealed> => {
      const [lock] = await tx.execute<{ mine: boolean }>(sql`select pg_try_advisory_xact_lock(${sealLock}) as mine`);
      if (!lock?.mine) return { records: 0, more: false };
      // Before the records are read: of every transaction below, each record is there by then or never will be.
      const [now] = await tx.execute<{ oldest: string; next: string }>(sql`
        select pg_snapshot_xmin(s)::text as oldest, pg_snapshot_xmax(s)::text as next from pg_current_snapshot() s`);
      if (!now) throw new Error('The database has no snapshot');
      const rows = await listUnsealed(tx, this.#horizon, now.next);
      const end = await findEnd(tx);
      let { hash } = end;
      const seals = rows.map((row, i) => {
        const place = end.place + i + 1;
        hash = hashRecord(hash, place, currentForm, row) ?? hash;
        return { place, recordId: Number(row.id), form: currentForm, hash };
      });
      if (seals.length > 0) await tx.execute(insertRows(auditSeals, seals));
      const more = rows.length === sealedAtOnce;
      if (!more) horizon = now.oldest;
      const place = end.place + seals.length;
      const checkpoint = sign && !more && place > 0 ? await signIfDue(tx, { place, hash }, sign) : undefined;
      return { records: seals.length, more, ...(checkpoint && { checkpoint }) };
    });
    this.#horizon = horizon;
    return sealed;
  }
}

/** Of a database that came from a dump, transactions may seem to be still to come: they are looked at once, at first. */
async function listUnsealed(tx: Db, horizon: string | undefined, next: string): Promise<AuditRecord[]> {
  const unsealed = sql`not exists (select from audit_seals s where s.record_id = r.id)`;
  let from = horizon;
  if (from === undefined) {
    const [first] = await tx.execute<{ transaction: string | null }>(
      sql`select min(r.transaction::text::numeric)::text as transaction from audit_records r where ${unsealed}`,
    );
    if (!first?.transaction) return [];
    from = first.transaction;
  }
  const below = horizon === undefined ? sql`` : sql`and r.transaction <= ${next}::xid8`;
  const rows = await tx.execute<AuditRecord & Record<string, unknown>>(sql`
    select ${recordColumns} from audit_records r where r.transaction >= ${from}::xid8 ${below} and ${unsealed}
    order by r.transaction, r.id limit ${sealedAtOnce}`);
  return [...rows];
}

async function findEnd(tx: Db): Promise<{ place: number; hash: string }> {
  const [last] = await tx.execute<{ place: string; hash: string }>(
    sql`select place, encode(hash, 'hex') as hash from audit_seals order by place desc limit 1`,
  );
  return last ? { place: Number(last.place), hash: last.hash } : { place: 0, hash: noHash };
}

async function signIfDue(
  tx: Db,
  end: { place: number; hash: string },
  { key, everySeconds }: { key: CheckpointKey; everySeconds: number },
): Promise<Checkpoint | undefined> {
  const [last] = await tx.execute<{ place: string; at: string }>(
    sql`select place, at from audit_checkpoints order by id desc limit 1`,
  );
  const isDue = !last || Date.now() - Date.parse(last.at) >= everySeconds * 1000;
  if (!isDue || Number(last?.place ?? 0) >= end.place) return undefined;
  const checkpoint = signCheckpoint(key, { ...end, at: new Date().toISOString() });
  await insertCheckpoint(tx, checkpoint);
  return checkpoint;
}
