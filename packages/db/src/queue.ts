import { type SQL, sql } from 'drizzle-orm';
import { fromDrizzle, PgBoss } from 'pg-boss';
import { type Db, planned } from './client.ts';

/** What a job of a model's queue carries. The prediction's row says everything else. */
interface PredictJob {
  predictionId: string;
}

const schema = 'pgboss';
const day = 86_400;

/** Jobs of the model with this name, at whatever version. */
const queueOf = (modelName: string): string => `predict.${modelName}`;

/** Creates the queue's own tables. */
export async function installQueue(url: string): Promise<void> {
  const boss = new PgBoss({ connectionString: url, schema, supervise: false, schedule: false, max: 2 });
  boss.on('error', () => {}); // start() rejects with the same error
  await boss.start();
  await boss.stop({ graceful: false });
}

export interface JobSender {
  /** Adds a job per prediction, in the caller's transaction, so that rows and jobs commit together. */
  send(tx: Db, modelName: string, predictionIds: string[]): Promise<void>;
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
    send: (tx, modelName, predictionIds) => sendJobs(boss, tx, modelName, predictionIds),
    async check() {
      if (!(await boss.isInstalled())) throw new Error('The queue has no tables');
    },
    close: () => boss.stop({ graceful: false }),
  };
}

/** The queue's statement for this is long, and always the same. */
const plannedFor = (tx: Db) => fromDrizzle({ execute: (statement: SQL) => tx.execute(planned(statement)) }, sql);

async function sendJobs(boss: PgBoss, tx: Db, modelName: string, predictionIds: string[]): Promise<void> {
  if (predictionIds.length === 0) return;
  const jobs = predictionIds.map((predictionId) => ({ data: { predictionId } satisfies PredictJob }));
  await boss.insert(queueOf(modelName), jobs, { db: plannedFor(tx) });
}

/** What became of one job, told to the queue when its handler returns. */
export type JobOutcome = 'done' | 'retry';

export interface PredictQueue {
  /** Makes the model's queue, or brings its settings up to date. */
  ensure(modelName: string, timeoutSeconds: number): Promise<void>;
  /** Takes up to `concurrency` jobs of the model at a time and calls `handle` for each. */
  work(modelName: string, concurrency: number, handle: (job: QueuedJob) => Promise<JobOutcome>): Promise<void>;
  /** Takes no further jobs of the model; those in hand run on. */
  pause(modelName: string): Promise<void>;
  /**
   * Calls `handle` every hour, in one process of the installation at a time, and soon after a start when hours were
   * missed. A failure goes to `onError`, and the job is given out again.
   */
  workHourly(name: 'sweep', handle: (signal: AbortSignal) => Promise<void>): Promise<void>;
  /** As the sending side's. */
  send: JobSender['send'];
  /** In the caller's transaction: this job is over. */
  complete(tx: Db, job: QueuedJob): Promise<void>;
  /** In the caller's transaction: this job is over, and one like it starts after a while. */
  postpone(tx: Db, job: QueuedJob, seconds: number): Promise<void>;
  close(): Promise<void>;
}

export interface QueuedJob {
  id: string;
  modelName: string;
  predictionId: string;
  /** Aborted when the queue has given the job to somebody else. */
  signal: AbortSignal;
}

/**
 * The consuming side. Delivery is at least once: a worker that dies is noticed when its heartbeat
 * has been silent for `heartbeatSeconds`, and its jobs are given out again.
 */
export async function openQueue(url: string, onError: (error: Error) => void): Promise<PredictQueue> {
  const boss = new PgBoss({
    connectionString: url,
    schema,
    migrate: false,
    cronWorkerIntervalSeconds: 30,
    useListenNotify: true,
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
    max: 6,
  });
  boss.on('error', onError);
  await boss.start();

  return {
    async ensure(modelName, timeoutSeconds) {
      const name = queueOf(modelName);
      const settings = {
        notify: true,
        heartbeatSeconds: 10,
        // The model client has its own deadline; this is for a worker that beats but hangs.
        expireInSeconds: Math.min(day - 1, Math.ceil(timeoutSeconds * 2 + 60)),
        // The prediction's own count decides when to give up; the queue goes on for as long as it is told to.
        retryLimit: 1_000_000,
        retryDelay: 1,
        retryBackoff: true,
        retryDelayMax: 300,
        // Work for a model that is away waits for as long as it takes.
        retentionSeconds: 3650 * day,
        deleteAfterSeconds: day,
      };
      await boss.createQueue(name, settings);
      await boss.updateQueue(name, settings);
    },

    async work(modelName, concurrency, handle) {
      const options = {
        batchSize: Math.max(2, concurrency),
        perJobResults: true,
        burstWhenBatchFull: true,
        pollingIntervalSeconds: 0.5,
        notifyPollingIntervalSeconds: 1,
        heartbeatRefreshSeconds: 2,
      } as const;
      await boss.work<PredictJob, unknown, typeof options>(queueOf(modelName), options, (jobs) =>
        Promise.all(
          jobs.map(async ({ id, data, signal }) => {
            const outcome = await handle({ id, modelName, predictionId: data.predictionId, signal }).catch(
              (error: unknown): JobOutcome => {
                // Thrown to the queue, it would fail the whole batch.
                onError(error instanceof Error ? error : new Error(String(error)));
                return 'retry';
              },
            );
            return { id, status: outcome === 'done' ? ('completed' as const) : ('failed' as const) };
          }),
        ),
      );
    },

    async workHourly(name, handle) {
      const settings = {
        notify: true,
        heartbeatSeconds: 10,
        expireInSeconds: day - 1,
        retryLimit: 2,
        retryDelay: 60,
        deleteAfterSeconds: day,
      };
      await boss.createQueue(name, { ...settings, policy: 'exclusive' });
      await boss.updateQueue(name, settings);
      await boss.schedule(name, '17 * * * *', null, { missed: 'once' });
      await boss.work(name, { pollingIntervalSeconds: 30, heartbeatRefreshSeconds: 2 }, async (jobs) => {
        for (const { signal } of jobs)
          await handle(signal).catch((error: unknown) => {
            onError(error instanceof Error ? error : new Error(String(error)));
            throw error;
          });
      });
    },

    send: (tx, modelName, predictionIds) => sendJobs(boss, tx, modelName, predictionIds),

    pause: (modelName) => boss.offWork(queueOf(modelName), { wait: false }),

    async complete(tx, job) {
      await boss.complete(queueOf(job.modelName), job.id, null, { db: fromDrizzle(tx, sql) });
    },

    async postpone(tx, job, seconds) {
      const db = fromDrizzle(tx, sql);
      await boss.complete(queueOf(job.modelName), job.id, null, { db });
      const data: PredictJob = { predictionId: job.predictionId };
      await boss.send(queueOf(job.modelName), data, { startAfter: Math.ceil(seconds), db });
    },

    close: () => boss.stop({ graceful: true, timeout: 3000 }),
  };
}
