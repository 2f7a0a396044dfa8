import { sql } from 'drizzle-orm';
import { fromDrizzle, type PgBoss } from 'pg-boss';
import type { Db } from './client.ts';
import { uuids } from './list-parameter.ts';

/* Each delivery of a webhook that waits has one job, under the delivery's own id. The row says everything else. */

const queue = 'webhook';
const settings = {
  notify: true,
  // An attempt ends within seconds; a job that is out for longer is one of a worker that is gone.
  expireInSeconds: 120,
  // The rows count attempts and give up.
  retryLimit: 1_000,
  retryDelay: 2,
  retryBackoff: true,
  retryDelayMax: 3600,
  retentionSeconds: 3650 * 86_400,
  deleteAfterSeconds: 3600,
};

export async function installDeliveryJobs(boss: PgBoss): Promise<void> {
  await boss.createQueue(queue, settings);
  await boss.updateQueue(queue, settings);
}

/**
 * In the caller's transaction: these deliveries are to be made now, whatever was to come of them; but for those that a
 * worker has in hand just now. Returns the ids of the others.
 */
export async function sendDeliveries(boss: PgBoss, tx: Db, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const list = sql`${uuids(ids)}`;
  const jobs = await tx.execute<{ id: string; state: string }>(
    sql`select id, state from pgboss.job where name = ${queue} and id = any(${list}) for update`,
  );
  const active = new Set(jobs.filter(({ state }) => state === 'active').map(({ id }) => id));
  const free = ids.filter((id) => !active.has(id));
  await replace(boss, tx, free);
  return free;
}

/** In the caller's transaction: these were in the hands of a worker that is gone. */
export async function resendLostDeliveries(boss: PgBoss, tx: Db, ids: string[]): Promise<void> {
  if (ids.length > 0) await replace(boss, tx, ids);
}

async function replace(boss: PgBoss, tx: Db, ids: string[]): Promise<void> {
  const list = sql`${uuids(ids)}`;
  await tx.execute(sql`delete from pgboss.job where name = ${queue} and id = any(${list})`);
  await boss.insert(
    queue,
    ids.map((id) => ({ id })),
    { db: fromDrizzle(tx, sql) },
  );
}

/** When each of these is tried next; those that wait for nothing are left out. */
export async function listNextAttempts(db: Db, ids: string[]): Promise<Map<string, Date>> {
  if (ids.length === 0) return new Map();
  const rows = await db.execute<{ id: string; at: string }>(sql`
    select id, start_after as at from pgboss.job
    where name = ${queue} and id = any(${uuids(ids)}) and state < 'active'`);
  return new Map(rows.map(({ id, at }) => [id, new Date(at)]));
}

const atOnce = 16;

/** Calls `handle` for deliveries, several at once; one that it rejects is given out again, later and later. */
export async function workDeliveries(boss: PgBoss, handle: (id: string) => Promise<void>): Promise<void> {
  const options = {
    batchSize: atOnce,
    burstWhenBatchFull: true,
    perJobResults: true as const,
    pollingIntervalSeconds: 1,
    // Nobody is notified of a delivery that is tried again.
    notifyPollingIntervalSeconds: 1,
  };
  await boss.work(queue, options, (jobs) =>
    Promise.all(
      jobs.map(({ id }) =>
        handle(id).then(
          () => ({ id, status: 'completed' as const }),
          () => ({ id, status: 'failed' as const }),
        ),
      ),
    ),
  );
}
