import { setTimeout as wait } from 'node:timers/promises';
import { type SQL, sql } from 'drizzle-orm';
import { fromDrizzle, PgBoss } from 'pg-boss';
import { type Database, type Db, openDatabase, planned } from './client.ts';
import { installDeliveryJobs, resendLostDeliveries, sendDeliveries, workDeliveries } from './delivery-jobs.ts';

/*
 * A prediction that waits or runs has one job, under the prediction's own id, in its model's queue; one that is final has
 * none. The row says everything else, so a job carries nothing.
 */

const schema = 'pgboss';
const day = 86_400;
/** On it goes the number of a model that has new work. */
const workChannel = 'assay_work';

/** Jobs of one model at one version: what waits for a version that is away is in nobody's way. */
const queueOf = (modelId: number): string => `predict.${modelId}`;

const settings = {
  // Who has a job in hand is written in the prediction's row, and `handBackLost` finds those whose worker is gone.
  expireInSeconds: day - 1,
  // The prediction's own count decides when to give up; the queue goes on for as long as it is told to.
  retryLimit: 1_000_000,
  retryDelay: 1,
  // Work for a model that is away waits for as long as it takes.
  retentionSeconds: 3650 * day,
};

/** A job of this queue: the prediction with this id is to be made. */
interface NewJob {
  id: string;
  /** Smaller ones go first. */
  place: number;
  /** Not before so many seconds have passed. */
  seconds?: number;
}

/** For what is in the hands of this process, and for the database to answer. */
const stopMilliseconds = 3_500;

/** Queues of work on one thing each, known by its number: an object, or what is said of many at once. */
const objectQueues = ['preview', 'asked_preview', 'removal', 'bulk'] as const;
type ObjectQueue = (typeof objectQueues)[number];
const objectSettings = {
  notify: true,
  heartbeatSeconds: 10,
  expireInSeconds: day - 1,
  // The rows count attempts and give up; what is left are a store or a database that is away.
  retryLimit: 1_000,
  retryDelay: 5,
  retryBackoff: true,
  retryDelayMax: 600,
  retentionSeconds: 3650 * day,
  deleteAfterSeconds: 3600,
};

/** Creates the queue's own tables, and the jobs of predictions that wait and have none, as an older version left them. */
export async function installQueue(url: string, db: Db): Promise<void> {
  const boss = new PgBoss({ connectionString: url, schema, supervise: false, schedule: false, max: 2 });
  boss.on('error', () => {}); // start() rejects with the same error
  await boss.start();
  try {
    const models = await db.execute<{ id: number }>(sql`select id from models`);
    for (const { id } of models) await boss.createQueue(queueOf(id), settings);
    await installDeliveryJobs(boss);
    for (const name of objectQueues) {
      await boss.createQueue(name, objectSettings);
      await boss.updateQueue(name, objectSettings);
    }
    await forgetSizes(db);
    await db.transaction((tx) => addMissingJobs(boss, tx));
  } finally {
    await boss.stop({ graceful: false });
  }
}

/**
 * How many jobs each queue has is nothing that the planner may remember: one that was empty when they were counted, and is
 * full, is read from end to end for each job that is claimed of it (24 ms instead of 2 with 3,000 jobs).
 */
async function forgetSizes(db: Db): Promise<void> {
  await db.execute(sql`alter table pgboss.job_common alter column name set statistics 0`);
  // What was counted before stays otherwise. Before PostgreSQL 18 it does.
  await db.execute(sql`do $$ begin
    if to_regproc('pg_clear_attribute_stats') is not null then
      perform pg_clear_attribute_stats('pgboss', 'job_common', 'name', false);
    end if;
  end $$`);
}

async function addMissingJobs(boss: PgBoss, tx: Db): Promise<void> {
  const jobless = await tx.execute<{ id: string; modelId: number; place: number }>(sql`
    update predictions p set state = 'queued', worker_id = null, started_at = null
    where p.state in ('queued', 'running')
      and not exists (select 1 from pgboss.job j where j.name = 'predict.' || p.model_id and j.id = p.id)
    returning p.id, p.model_id as "modelId", p.place`);
  for (const [modelId, jobs] of Map.groupBy(jobless, (row) => row.modelId)) await insertJobs(boss, tx, modelId, jobs);
}

export interface JobSender {
  /** Adds a job per prediction, in the caller's transaction, so that rows and jobs commit together. */
  send(tx: Db, modelId: number, jobs: NewJob[]): Promise<void>;
  /** In the caller's transaction: these predictions are not to be made, whoever has them in hand. */
  remove(tx: Db, modelId: number, ids: string[]): Promise<void>;
  /** In the caller's transaction: those of the jobs that still wait move to new places. */
  move(tx: Db, modelId: number, jobs: NewJob[]): Promise<void>;
  /**
   * In the caller's transaction: previews of these objects are to be made (`asked_preview`: of one that somebody waits
   * for), or their bytes removed, or these are acts on many.
   */
  sendObjects(tx: Db, name: ObjectQueue, objectIds: number[]): Promise<void>;
  /** In the caller's transaction: these deliveries are to be made now. Returns those that no worker has in hand. */
  sendDeliveries(tx: Db, ids: string[]): Promise<string[]>;
  /** Throws when the queue's tables can't be used. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** Sends over the connections of `db`; needs no pool of its own. */
export async function openSender(db: Db): Promise<JobSender> {
  const boss = new PgBoss({ db: fromDrizzle(db, sql), schema, supervise: false, schedule: false, migrate: false });
  boss.on('error', () => {}); // what fails is thrown to the caller of send too
  await boss.start();
  return {
    send: (tx, modelId, jobs) => insertJobs(boss, tx, modelId, jobs),
    remove: (tx, modelId, ids) => removeJobs(boss, tx, modelId, ids),
    sendObjects: (tx, name, objectIds) => insertObjectJobs(boss, tx, name, objectIds),
    sendDeliveries: (tx, ids) => sendDeliveries(boss, tx, ids),
    async move(tx, modelId, jobs) {
      // pg-boss moves one job a statement; a run may have ten thousand.
      await tx.execute(sql`
        update pgboss.job j set priority = -to_place.place
        from jsonb_to_recordset(${JSON.stringify(jobs)}::jsonb) as to_place(id uuid, place int)
        where j.name = ${queueOf(modelId)} and j.id = to_place.id and j.state < 'active'`);
    },
    async check() {
      if (!(await boss.isInstalled())) throw new Error('The queue has no tables');
    },
    close: () => boss.stop({ graceful: false }),
  };
}

/** The queue's statements are long, and always the same. */
const over = (tx: Db) => adapt({ execute: (statement: SQL) => tx.execute(planned(statement)) });

/** Of a list the queue's statements take any number, in one parameter; and Drizzle writes no JSON here. */
function adapt(db: Parameters<typeof fromDrizzle>[0]) {
  const { executeSql } = fromDrizzle(db, sql);
  const asLiteral = (value: unknown) => {
    if (Array.isArray(value)) return `{${value.join()}}`;
    return typeof value === 'object' && value !== null && !(value instanceof Date) ? JSON.stringify(value) : value;
  };
  return { executeSql: (text: string, values: unknown[] = []) => executeSql(text, values.map(asLiteral)) };
}

async function insertJobs(boss: PgBoss, tx: Db, modelId: number, jobs: NewJob[]): Promise<void> {
  if (jobs.length === 0) return;
  const rows = jobs.map(({ id, place, seconds = 0 }) => ({ id, priority: -place, startAfter: String(seconds) }));
  await Promise.all([
    boss.insert(queueOf(modelId), rows, { db: over(tx) }),
    tx.execute(planned(sql`select pg_notify(${workChannel}, ${String(modelId)})`)),
  ]);
}

async function insertObjectJobs(boss: PgBoss, tx: Db, name: ObjectQueue, objectIds: number[]): Promise<void> {
  if (objectIds.length === 0) return;
  const rows = objectIds.map((objectId) => ({ data: { objectId } }));
  await boss.insert(name, rows, { db: over(tx) });
}

async function removeJobs(boss: PgBoss, tx: Db, modelId: number, ids: string[]): Promise<void> {
  if (ids.length > 0) await boss.deleteJob(queueOf(modelId), ids, { db: over(tx) });
}

/** The consuming side. */
export interface WorkQueue extends Pick<JobSender, 'send' | 'remove' | 'sendObjects' | 'sendDeliveries'> {
  /** Makes the model's queue, or brings its settings up to date. */
  ensure(modelId: number): Promise<void>;
  /** In the caller's transaction: takes up to `most` jobs, those first in the line; the ids of their predictions. */
  claim(tx: Db, modelId: number, most: number): Promise<string[]>;
  /** In the caller's transaction: these were claimed, and wait again, a second at least. */
  unclaim(tx: Db, modelId: number, ids: string[]): Promise<void>;
  /** Those of the models that have jobs that could be claimed now. */
  listDue(modelIds: number[]): Promise<number[]>;
  /** Calls back with the number of each model that gets new work, and with undefined whenever some may have been missed. */
  listen(hear: (modelId: number | undefined) => void): Promise<void>;
  /**
   * Calls `handle` every hour, in one process of the installation at a time, and soon after a start when hours were
   * missed. A failure goes to `onError`, and the job is given out again.
   */
  workHourly(name: 'sweep' | 'retention', handle: (signal: AbortSignal) => Promise<void>): Promise<void>;
  /** Calls `handle` for the objects of this queue, one after the other. What it rejects is given out again. */
  workObjects(name: ObjectQueue, handle: (objectId: number, signal: AbortSignal) => Promise<void>): Promise<void>;
  /** Calls `handle` for deliveries of webhooks, several at once; one that it rejects is given out again, later and later. */
  workDeliveries(handle: (id: string) => Promise<void>): Promise<void>;
  /** In the caller's transaction: these were in the hands of a worker that is gone. */
  resendLostDeliveries(tx: Db, ids: string[]): Promise<void>;
  close(): Promise<void>;
}

export async function openQueue(
  url: string,
  { db, listen }: Pick<Database, 'db' | 'listen'>,
  onError: (error: Error) => void,
): Promise<WorkQueue> {
  // pg-boss' own connections end the process when the database goes away under a transaction. One, since it sends several
  // statements at once.
  const own = openDatabase(url, { connections: 1 });
  const boss = new PgBoss({
    db: {
      ...adapt(own.db),
      async listen(channel, hear, reconnected) {
        await listen(channel, (message) => (message === undefined ? reconnected() : hear(message)));
        return { close: async () => {} };
      },
    },
    schema,
    migrate: false,
    cronWorkerIntervalSeconds: 30,
    useListenNotify: true,
    superviseIntervalSeconds: 30,
  });
  boss.on('error', onError);
  const close = async () => {
    const stopped = boss.stop({ graceful: true, timeout: 3000 });
    // Without its connection, what it still waits for ends too.
    await Promise.race([stopped.catch(() => {}), wait(stopMilliseconds, undefined, { ref: false })]);
    await own.close();
    await stopped;
  };
  await boss.start().catch(async (error: unknown) => {
    await close();
    throw error;
  });

  return {
    async ensure(modelId) {
      await boss.createQueue(queueOf(modelId), settings);
      await boss.updateQueue(queueOf(modelId), settings);
    },
    send: (tx, modelId, jobs) => insertJobs(boss, tx, modelId, jobs),
    remove: (tx, modelId, ids) => removeJobs(boss, tx, modelId, ids),
    sendObjects: (tx, name, objectIds) => insertObjectJobs(boss, tx, name, objectIds),
    sendDeliveries: (tx, ids) => sendDeliveries(boss, tx, ids),
    workDeliveries: (handle) => workDeliveries(boss, handle),
    resendLostDeliveries: (tx, ids) => resendLostDeliveries(boss, tx, ids),
    async claim(tx, modelId, most) {
      const jobs = await boss.fetch(queueOf(modelId), { batchSize: most, db: fromDrizzle(tx, sql) });
      return jobs.map(({ id }) => id);
    },
    async unclaim(tx, modelId, ids) {
      if (ids.length > 0) await boss.fail(queueOf(modelId), ids, null, { db: over(tx) });
    },
    async listDue(modelIds) {
      const rows = await db.execute<{ id: number }>(
        planned(sql`select id from (select jsonb_array_elements_text(${JSON.stringify(modelIds)}::jsonb)::int as id) m
          where exists (select 1 from pgboss.job where name = 'predict.' || m.id and state < 'active' and not blocked
            and start_after <= now())`),
      );
      return rows.map(({ id }) => id);
    },
    listen: (hear) => listen(workChannel, (message) => hear(message === undefined ? undefined : Number(message))),

    async workHourly(name, handle) {
      const hourly = {
        notify: true,
        heartbeatSeconds: 10,
        expireInSeconds: day - 1,
        retryLimit: 2,
        retryDelay: 60,
        deleteAfterSeconds: day,
      };
      await boss.createQueue(name, { ...hourly, policy: 'exclusive' });
      await boss.updateQueue(name, hourly);
      await boss.schedule(name, '17 * * * *', null, { missed: 'once' });
      await boss.work(name, { pollingIntervalSeconds: 30, heartbeatRefreshSeconds: 2 }, async (jobs) => {
        for (const { signal } of jobs)
          await handle(signal).catch((error: unknown) => {
            onError(error instanceof Error ? error : new Error(String(error)));
            throw error;
          });
      });
    },

    async workObjects(name, handle) {
      const options = {
        batchSize: 8,
        burstWhenBatchFull: true,
        perJobResults: true as const,
        pollingIntervalSeconds: 2,
        notifyPollingIntervalSeconds: 5,
        heartbeatRefreshSeconds: 2,
      };
      await boss.work<{ objectId: number }>(name, options, async (jobs) => {
        const results: { id: string; status: 'completed' | 'failed' }[] = [];
        for (const { id, data, signal } of jobs)
          results.push({ id, status: await settle(() => handle(data.objectId, signal)) });
        return results;
      });
      async function settle(work: () => Promise<void>): Promise<'completed' | 'failed'> {
        try {
          await work();
          return 'completed';
        } catch (error) {
          onError(error instanceof Error ? error : new Error(String(error)));
          return 'failed';
        }
      }
    },

    close,
  };
}
