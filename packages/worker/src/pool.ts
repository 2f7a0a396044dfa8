import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { WorkerConfig } from './config.ts';
import type { PredictOutcome } from './model-client.ts';
import type { PredictBatch, PredictTask, ThreadConfig } from './thread.ts';

/** A thread ended while it had the prediction in hand, and others may have been there too. */
class ThreadDied extends Error {
  override name = 'ThreadDied';
}

/** The threads that stream objects to models. The only file that knows Piscina. */
export interface PredictPool {
  /** Rejects with ThreadDied, and only then. `alone`: on a thread that does nothing else meanwhile. */
  run(task: PredictTask, options: { signal: AbortSignal; alone: boolean }): Promise<PredictOutcome>;
  close(): Promise<void>;
}

interface Asked {
  task: PredictTask;
  signal: AbortSignal;
  resolve(outcome: PredictOutcome): void;
  reject(error: Error): void;
}

// A hop to a thread costs about as much as a small prediction; what is asked for in one turn goes together.
const mostTogether = 16;

/** Threads for what is alone on its own: one for each model that has such, and at most so many. */
const mostAlone = 64;

/** Enough for any answer that the protocol allows, and far from what ends the process. MiB. */
const defaultThreadHeap = 1024;

type PoolConfig = ThreadConfig & Pick<WorkerConfig, 'threadHeapMegabytes'>;

export function openPool(config: PoolConfig): PredictPool {
  // One core is the main thread's and the database's.
  const threads = openThreads(config, Math.max(1, Math.min(4, availableParallelism() - 1)), 1_000);
  const lone = openThreads(config, mostAlone, 1);
  let asked: Asked[] = [];

  function send(): void {
    const all = asked;
    asked = [];
    for (let at = 0; at < all.length; at += mostTogether) void runBatch(threads, all.slice(at, at + mostTogether));
  }

  return {
    run(task, { signal, alone }) {
      return new Promise((resolve, reject) => {
        const ask = { task, signal, resolve, reject };
        if (signal.aborted) return resolve({ kind: 'cancelled' });
        if (alone) return void runBatch(lone, [ask]);
        if (asked.length === 0) setImmediate(send);
        asked.push(ask);
      });
    },
    async close() {
      await Promise.all([threads.destroy(), lone.destroy()]);
    },
  };
}

// Only what can be sent to a thread, and what it needs.
const pickThreadConfig = ({ storageUrl, incoming, modelHosts, limits }: ThreadConfig): ThreadConfig => ({
  storageUrl,
  incoming,
  modelHosts,
  limits: { derivations: limits.derivations },
});

function openThreads(config: PoolConfig, maxThreads: number, concurrentTasksPerWorker: number) {
  return new Piscina<PredictBatch, void>({
    filename: fileURLToPath(new URL('./thread.ts', import.meta.url)),
    workerData: pickThreadConfig(config),
    resourceLimits: { maxOldGenerationSizeMb: config.threadHeapMegabytes ?? defaultThreadHeap },
    minThreads: concurrentTasksPerWorker === 1 ? 0 : 1,
    maxThreads,
    idleTimeout: 60_000,
    // Most of a prediction is waiting for its model, and no model may wait for another's.
    concurrentTasksPerWorker,
  });
}

/** One hop there for all; each outcome comes back when it is there. */
async function runBatch(threads: Piscina<PredictBatch, void>, batch: Asked[]): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const open = new Map(batch.map((ask) => [ask.task.predictionId, ask]));
  const settled = Promise.withResolvers<void>();
  // Piscina's own signal would kill the thread, and its other predictions with it.
  const cancels = batch.map(({ task, signal }) => onAbort(signal, () => port1.postMessage(task.predictionId)));
  port1.on('message', (outcomes: [id: string, outcome: PredictOutcome][]) => {
    for (const [id, outcome] of outcomes) {
      open.get(id)?.resolve(outcome);
      open.delete(id);
    }
    if (open.size === 0) settled.resolve();
  });
  try {
    const message = { tasks: batch.map(({ task }) => task), port: port2 };
    await Promise.all([threads.run(message, { transferList: [port2] as MessagePort[] }), settled.promise]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    for (const { reject } of open.values()) reject(new ThreadDied(reason, { cause: error }));
  } finally {
    for (const forget of cancels) forget();
    port1.close();
  }
}

function onAbort(signal: AbortSignal, act: () => void): () => void {
  if (signal.aborted) act();
  else signal.addEventListener('abort', act, { once: true });
  return () => signal.removeEventListener('abort', act);
}
