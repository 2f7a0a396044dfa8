import { sql } from 'drizzle-orm';
import type { Db } from '../client.ts';

/** An address that a worker can send work to. */
export interface WantedShare {
  url: string;
  /** Calls that may be under way there, of all workers together. */
  concurrency: number;
  /** The most that this worker may have under way there until it hears the answer. */
  keep: number;
}

/** Of one address: what the worker may have under way there from now on, which is below `keep` when it should give some back. */
export interface Share {
  url: string;
  calls: number;
}

// Any number that nothing else in this database locks.
const sharesLock = 4_152_030;

/**
 * Divides each address's calls evenly among the workers that want it. All together never have more than the address
 * takes: one that should have less is told so, and another gets what it says, the next time, that it has given back.
 */
export function takeShares(db: Db, workerId: string, wanted: WantedShare[]): Promise<Share[]> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${sharesLock})`);
    const input = sql`jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as w(url text, concurrency int, keep int)`;
    await tx.execute(sql`delete from model_shares where worker_id = ${workerId}
      and url not in (select url from ${input})`);
    const rows = await tx.execute<{ url: string; fair: number; calls: number }>(sql`
      with others as (
        select w.url, w.concurrency, w.keep, coalesce(sum(s.calls), 0)::int as taken, count(s.url)::int as n,
          (count(s.url) filter (where s.worker_id < ${workerId}))::int as before
        from ${input} left join model_shares s on s.url = w.url and s.worker_id <> ${workerId}
        group by w.url, w.concurrency, w.keep
      ), fair as (
        select *, concurrency / (n + 1) + case when before < concurrency % (n + 1) then 1 else 0 end as fair from others
      )
      insert into model_shares (url, worker_id, calls)
      select url, ${workerId}::uuid, greatest(keep, least(fair, concurrency - taken)) from fair order by url
      on conflict (url, worker_id) do update set calls = excluded.calls
      returning url, calls,
        (select f.fair from fair f where f.url = model_shares.url) as fair`);
    return rows.map(({ url, fair, calls }) => ({ url, calls: Math.min(fair, calls) }));
  });
}
