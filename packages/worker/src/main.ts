import { rm, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { addModelEndpoints, listHeld, openDatabase, openQueue, takeShares, withdrawnChannel } from '@assay/db';
import { openStore } from '@assay/storage';
import pLimit from 'p-limit';
import { type Logger, pino } from 'pino';
import { Breaker } from './breaker.ts';
import { type Closing, closeInOrder } from './close-in-order.ts';
import type { WorkerConfig } from './config.ts';
import { type DispatchContext, Dispatcher } from './dispatcher.ts';
import { openFinisher } from './finisher.ts';
import { judgeMany } from './judge-many.ts';
import { joinWorkers } from './membership.ts';
import { openRegistry } from './model-registry.ts';
import { askedModels, askedWebhooks, permitHosts } from './permitted-hosts.ts';
import { openPool } from './pool.ts';
import { PreviewProcess } from './previews/process.ts';
import { makePreviews, waitForUploads } from './previews.ts';
import { removeBytes } from './remove-bytes.ts';
import { applyRetention } from './retention.ts';
import { sealTrail } from './seal-trail.ts';
import { sweepStore } from './sweep.ts';
import { UnheardClaims } from './unheard-claims.ts';
import { openWebhooks, type Webhooks } from './webhooks.ts';

export interface RunningWorker {
  /** Takes no new work, lets what runs finish for a moment, hands the rest back, and lets go of everything. */
  close(): Promise<void>;
}

const lookEvery = 1_000;
const defaultGraceSeconds = 1.5;
/** For what is in hand at the end to be written down. */
const writeMilliseconds = 3_000;
/** For everything else to be let go of, whatever state database, store and models are in. */
const closeMilliseconds = 5_000;

/** Starts taking work from the queue of a database that has been migrated. What it opened is let go of when that fails. */
export async function startWorker(config: WorkerConfig): Promise<RunningWorker> {
  const log = pino({ name: 'worker', level: config.logLevel });
  const opened: Closing[] = [];
  const letGo = () => closeInOrder(opened.toReversed(), closeMilliseconds, log);
  try {
    const finishWork = await openWorker(config, log, opened);
    return {
      async close() {
        await finishWork();
        await letGo();
      },
    };
  } catch (error) {
    await letGo();
    throw error;
  }
}

/** Says in `opened` what there is to let go of. Returns how it takes leave of its work: that ends for a moment, or is handed back. */
async function openWorker(config: WorkerConfig, log: Logger, opened: Closing[]): Promise<() => Promise<void>> {
  const database = openDatabase(config.databaseUrl);
  const { db } = database;
  opened.push(['the database', () => database.close()]);
  const store = await openStore(config.storageUrl, config);
  opened.push(['the store', () => store.close()]);
  const pool = openPool(config);
  opened.push(['the threads', () => pool.close()]);
  const decoder = new PreviewProcess();
  opened.push(['the process that decodes', () => decoder.close()]);
  const sealing = config.audit && (await sealTrail(db, config.audit, log));
  opened.push(['the seal of the audit trail', () => sealing?.close()]);
  const queue = await openQueue(config.databaseUrl, database, (error) => log.warn({ err: error }, 'queue'));
  opened.push(['the queue', () => queue.close()]);
  const breaker = new Breaker(db, log);
  const unheardClaims = new UnheardClaims(db, queue, log);
  const stopping = new AbortController();
  const giveUp = new AbortController();
  const dispatchers = new Map<number, Dispatcher>();
  const workerId = () => membership.id;

  await addModelEndpoints(db, config.modelUrls);
  let webhooks: Webhooks | undefined;
  opened.push(['the file of the beat', () => config.beatFile && rm(config.beatFile, { force: true })]);
  const membership = await joinWorkers({ db, queue, log, onLost: callOffAll, onBeat });
  opened.push(['the heartbeat', () => membership.close()]);
  log.info({ worker: membership.id }, 'worker started');
  const registry = openRegistry(
    { db, log, hosts: permitHosts(config.modelHosts, askedModels), names: config.models },
    {
      onFound: (modelId) => queue.ensure(modelId),
      onAvailable(modelId, manifest) {
        const known = dispatchers.get(modelId);
        known?.update(manifest);
        if (!known) dispatchers.set(modelId, new Dispatcher(context, modelId, manifest));
        divideSoon();
      },
      onChange: (modelId) => dispatchers.get(modelId)?.wake(),
    },
  );
  opened.push(['the watch over the models', () => registry.close()]);
  const { derivations } = config.limits;
  const finish = openFinisher({ db, queue, store, derivations, log, workerId, giveUp: giveUp.signal });
  const context: DispatchContext = {
    db,
    queue,
    pool,
    store,
    registry,
    breaker,
    finish,
    log,
    workerId,
    divide: divideSoon,
    alone: pLimit(1),
  };

  let dividing: Promise<void> = Promise.resolve();
  /** Says what this worker wants of the models' time, and hears what it gets. */
  function divide(): Promise<void> {
    dividing = dividing
      .catch(() => {}) // whoever asked then has heard
      .then(async () => {
        if (!stopping.signal.aborted)
          registry.allow(await takeShares(db, membership.id, registry.listWanted(waitsAlone)));
      });
    return dividing;
  }

  function divideSoon(): void {
    divide().catch((error: unknown) => log.warn({ err: error }, 'the models could not be divided'));
  }

  function waitsAlone(modelId: number): boolean {
    return dispatchers.get(modelId)?.waitsAlone ?? false;
  }

  function callOffAll(): void {
    for (const dispatcher of dispatchers.values()) dispatcher.callOff(dispatcher.heldIds);
  }

  async function onBeat(): Promise<void> {
    if (config.beatFile) await writeFile(config.beatFile, `${new Date().toISOString()}\n`);
    await webhooks?.onBeat();
    if (dispatchers.size === 0) return;
    const heldIds = [...dispatchers.values()].flatMap((dispatcher) => dispatcher.heldIds);
    await Promise.all([
      breaker.refresh(),
      divide(),
      callOffWithdrawn(),
      unheardClaims.handBack(membership.id, heldIds),
    ]);
    for (const dispatcher of dispatchers.values()) dispatcher.wake();
  }

  async function callOffWithdrawn(): Promise<void> {
    for (const dispatcher of dispatchers.values()) {
      const ids = dispatcher.heldIds;
      if (ids.length === 0) continue;
      const held = await listHeld(db, membership.id, ids);
      dispatcher.callOff(ids.filter((id) => !held.has(id)));
    }
  }

  /** Delayed work comes due without a word, and words get lost. */
  async function look(): Promise<void> {
    const hungry = [...dispatchers].flatMap(([id, { isHungry }]) => (isHungry ? [id] : []));
    if (hungry.length === 0) return;
    for (const id of await queue.listDue(hungry)) dispatchers.get(id)?.wake();
  }

  const onFailure = (what: string) => (error: unknown) => log.warn({ err: error }, what);
  await queue.listen((modelId) => {
    if (modelId === undefined) for (const dispatcher of dispatchers.values()) dispatcher.wake();
    else dispatchers.get(modelId)?.wake();
  });
  await database.listen(
    withdrawnChannel,
    () => void callOffWithdrawn().catch(onFailure('what was cancelled could not be read')),
  );
  const looks = setInterval(() => void look().catch(onFailure('the queue could not be read')), lookEvery);
  opened.push(['the looks at the queue', () => clearInterval(looks)]);
  await queue.workHourly('sweep', (signal) =>
    sweepStore({ config, db, log }, AbortSignal.any([signal, stopping.signal])),
  );
  // Of both queues one at a time: the process takes one, and what only waits for it is not counted as begun.
  const turns = pLimit(1);
  const preview = (objectId: number, signal: AbortSignal) =>
    turns(() => makePreviews({ db, store, decoder, log }, objectId, signal));
  await queue.workObjects('asked_preview', (objectId, signal) =>
    preview(objectId, AbortSignal.any([signal, stopping.signal])),
  );
  await queue.workObjects('preview', async (objectId, signal) => {
    const ended = AbortSignal.any([signal, stopping.signal]);
    await waitForUploads(db, ended);
    await preview(objectId, ended);
  });
  await queue.workObjects('bulk', (id, signal) => judgeMany(db, id, AbortSignal.any([signal, stopping.signal])));
  await queue.workObjects('removal', (objectId) => removeBytes({ db, store, log }, objectId));
  await queue.workHourly('retention', async (signal) => {
    await applyRetention({ db, queue, log }, AbortSignal.any([signal, stopping.signal]));
  });

  webhooks = await openWebhooks({
    ...{ database, queue, log, workerId },
    hosts: permitHosts(config.webhookHosts ?? [], askedWebhooks),
  });
  opened.push(['webhooks', () => webhooks?.close()]);

  return async () => {
    stopping.abort();
    clearInterval(looks);
    const ended = Promise.all([...dispatchers.values()].map((dispatcher) => dispatcher.close()));
    await Promise.race([ended, wait((config.graceSeconds ?? defaultGraceSeconds) * 1000)]);
    callOffAll();
    await Promise.race([ended, wait(writeMilliseconds)]);
    giveUp.abort();
    opened.push(['what was in hand', () => ended]);
  };
}
