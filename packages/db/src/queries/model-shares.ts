import { sql } from 'drizzle-orm';
import type { Db } from '../client.ts';

/** An address that a worker can send work to. */
export interface WantedShare {
  url: string;
  /** Calls that may be under way there, of all workers together. */
  concurrency: number;
  /** The most that this worker may have under way there until it hears the answer. */
  keep: number;
  /** It has something that must be tried there with nothing of any other worker beside it. */
  alone: boolean;
}

/** Of one address: what the worker may have under way there from now on, which is below `keep` when it should give some back. */
export interface Share {
  url: string;
  calls: number;
  /** No other worker can have calls under way there until the next answer. */
  isOurs: boolean;
}

// Any number that nothing else in this database locks.
const sharesLock = 4_152_030;

/**
 * Divides each address's calls evenly among the workers that want it. All together never have more than the address
 * takes: one that should have less is told so, and another gets what it says, the next time, that it has given back. One
 * that must be alone there gets it when all others have given back theirs; of several, the first that asked.
 */
export function takeShares(db: Db, workerId: string, wanted: WantedShare[]): Promise<Share[]> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${sharesLock})`);
    const input = sql`jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as w(url text, concurrency int, keep int,
      alone boolean)`;
    await tx.execute(sql`delete from model_shares where worker_id = ${workerId}
      and url not in (select url from ${input})`);
    const rows = await tx.execute<{ url: string; fair: number; calls: number; isOurs: boolean }>(sql`
      with own as (
        select w.*, case when w.alone then coalesce(s.alone_since, clock_timestamp()) end as alone_since
        from ${input} left join model_shares s on s.url = w.url and s.worker_id = ${workerId}
      ), others as (
        select w.*, coalesce(sum(s.calls), 0)::int as taken, count(s.url)::int as n,
          (count(s.url) filter (where s.worker_id < ${workerId}))::int as before,
          count(s.alone_since) filter (where w.alone_since is null
            or (s.alone_since, s.worker_id) < (w.alone_since, ${workerId}::uuid)) > 0 as goes_before
        from own w left join model_shares s on s.url = w.url and s.worker_id <> ${workerId}
        group by w.url, w.concurrency, w.keep, w.alone, w.alone_since
      ), fair as (
        select *, case when goes_before then 0 when alone then 1
          else concurrency / (n + 1) + case when before < concurrency % (n + 1) then 1 else 0 end end as fair
        from others
      )
      insert into model_shares (url, worker_id, calls, alone_since)
      select url, ${workerId}::uuid, greatest(keep, least(fair, concurrency - taken)), alone_since from fair order by url
      on conflict (url, worker_id) do update set calls = excluded.calls, alone_since = excluded.alone_since
      returning url, calls, (select f.fair from fair f where f.url = model_shares.url) as fair,
        (select calls >= f.concurrency or (f.alone and not f.goes_before and f.taken = 0) from fair f
          where f.url = model_shares.url) as "isOurs"`);
    return rows.map(({ url, fair, calls, isOurs }) => ({ url, calls: Math.min(fair, calls), isOurs }));
  });
}
