import type { ObjectHash } from '@assay/shared';
import { sql } from 'drizzle-orm';
import { type Db, planned } from '../client.ts';

// Any number that nothing else in this database locks.
const sweepLock = 4_152_029;
// Few, since uploads wait while these go.
const removedAtOnce = 50;

/**
 * To the end of this transaction, no sweep removes an object's bytes: what is in the store now is there when the rows
 * that name it are. Comes before the transaction's first row, or two of them may wait for each other.
 */
export async function holdOffSweep(tx: Db): Promise<void> {
  await tx.execute(planned(sql`select pg_advisory_xact_lock_shared(${sweepLock})`));
}

/** A sweep removed bytes that the store had, before a row could name them: they have to be stored again. */
export class SweptMeanwhile extends Error {
  override name = 'SweptMeanwhile';
}

/**
 * Keeps sweeps off to the end of the transaction, before its first row. Throws SweptMeanwhile when one was quicker with
 * bytes that the store had already, as `has` tells.
 */
export async function refuseSwept(
  tx: Db,
  found: ObjectHash[],
  has: (sha256: ObjectHash) => Promise<boolean>,
): Promise<void> {
  // What was stored a moment ago is too new for a sweep.
  if (found.length === 0) return;
  await holdOffSweep(tx);
  for (const sha256 of await listUnreferenced(tx, found))
    if (!(await has(sha256))) throw new SweptMeanwhile(`The bytes of ${sha256} were swept`);
}

/** Of bytes that were given up a moment ago, in the transaction that needs them again: throws as `refuseSwept` does. */
export async function refuseRemoved(
  tx: Db,
  needed: ObjectHash[],
  has: (sha256: ObjectHash) => Promise<boolean>,
): Promise<void> {
  if (needed.length === 0) return;
  await holdOffSweep(tx);
  for (const sha256 of needed)
    if (!(await has(sha256))) throw new SweptMeanwhile(`The bytes of ${sha256} had been deleted`);
}

/** Those of the hashes that neither an object nor a preview of one has: none that was released. */
export async function listUnreferenced(db: Db, candidates: ObjectHash[]): Promise<ObjectHash[]> {
  if (candidates.length === 0) return [];
  // One of equal previews is enough to know: of silence, there may be a million. With a limit it is looked for by its hash;
  // without, all previews are joined with all objects once, for each preview that is made.
  const rows = await db.execute<{ sha256: ObjectHash }>(
    planned(sql`select sha256 from jsonb_array_elements_text(${JSON.stringify(candidates)}::jsonb) with ordinality c(sha256, place)
      where not exists (select from objects o where o.sha256 = decode(c.sha256, 'hex') and o.released_at is null)
        and (select true from previews p join objects o on o.id = p.object_id
          where p.sha256 = decode(c.sha256, 'hex') and o.released_at is null limit 1) is null
      order by place`),
  );
  return rows.map(({ sha256 }) => sha256);
}

/**
 * Calls `remove` for those of the hashes that neither an object nor a preview has, while nobody can make one of them
 * one, and says for how many. Throws the first failure of `remove` when all of its calls are over.
 */
export async function removeUnreferenced(
  db: Db,
  candidates: ObjectHash[],
  remove: (sha256: ObjectHash) => Promise<void>,
): Promise<number> {
  // Nearly always there are none, and no upload need wait for that.
  const suspects = await listUnreferenced(db, candidates);
  let removed = 0;
  for (let start = 0; start < suspects.length; start += removedAtOnce)
    removed += await db.transaction(async (tx) => {
      await tx.execute(sql`select pg_advisory_xact_lock(${sweepLock})`);
      const orphans = await listUnreferenced(tx, suspects.slice(start, start + removedAtOnce));
      const ended = await Promise.allSettled(orphans.map(remove));
      for (const end of ended) if (end.status === 'rejected') throw end.reason;
      return orphans.length;
    });
  return removed;
}
