import { rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { addModelEndpoints, beatWorker, openDatabase, openQueue, removeWorker } from '@assay/db';
import { openStore } from '@assay/storage';
import { pino } from 'pino';
import { v7 as uuidv7 } from 'uuid';
import type { WorkerConfig } from './config.ts';
import { permitHosts } from './model-hosts.ts';
import { openRegistry } from './model-registry.ts';
import { openPool } from './pool.ts';
import { predict } from './predict.ts';
import { sweepStore } from './sweep.ts';

export interface RunningWorker {
  /** Takes no new work, lets what runs finish for a moment, hands the rest back, and lets go of everything. */
  close(): Promise<void>;
}

const graceMilliseconds = 1500;
const beatMilliseconds = 2000;

/** Starts taking work from the queue of a database that has been migrated. */
export async function startWorker(config: WorkerConfig): Promise<RunningWorker> {
  const log = pino({ name: 'worker', level: config.logLevel });
  const worker = { id: uuidv7(), host: hostname(), pid: process.pid };
  const database = openDatabase(config.databaseUrl);
  const { db } = database;
  const queue = await openQueue(config.databaseUrl, (error) => log.warn({ err: error }, 'queue'));
  const store = await openStore(config.storageUrl, config);
  const pool = openPool(config);
  const stopping = new AbortController();
  const inHand = new Set<Promise<unknown>>();
  const working = new Set<string>();

  await addModelEndpoints(db, config.modelUrls);
  const registry = openRegistry(db, log, permitHosts(config.modelHosts), {
    async onAvailable({ name, limits }) {
      if (stopping.signal.aborted) return;
      if (working.has(name)) await queue.pause(name);
      await queue.ensure(name, limits.timeoutSeconds);
      working.add(name);
      await queue.work(name, limits.concurrency, (job) => {
        const made = predict(context, job);
        inHand.add(made);
        return made.finally(() => inHand.delete(made));
      });
    },
    async onAway(name) {
      working.delete(name);
      await queue.pause(name);
    },
  });

  const { derivations } = config.limits;
  const context = { db, queue, pool, registry, store, derivations, log, stopping: stopping.signal };
  await queue.workHourly('sweep', (signal) =>
    sweepStore({ config, db, log }, AbortSignal.any([signal, stopping.signal])),
  );

  const beat = async () => {
    await beatWorker(db, worker);
    if (config.beatFile) await writeFile(config.beatFile, `${new Date().toISOString()}\n`);
  };
  const beats = setInterval(() => {
    beat().catch((error: unknown) => log.warn({ err: error }, 'the heartbeat was not recorded'));
  }, beatMilliseconds);
  await beat();
  log.info({ worker: worker.id }, 'worker started');

  return {
    async close() {
      clearInterval(beats);
      await registry.close();
      await Promise.all([...working].map((name) => queue.pause(name)));
      await Promise.race([Promise.allSettled(inHand), wait(graceMilliseconds)]);
      stopping.abort();
      await Promise.allSettled(inHand);
      await queue.close();
      await pool.close();
      await store.close();
      await removeWorker(db, worker.id);
      if (config.beatFile) await rm(config.beatFile, { force: true });
      await database.close();
    },
  };
}
