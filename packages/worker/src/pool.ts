import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { PredictOutcome } from './model-client.ts';
import type { PredictTask, ThreadConfig } from './thread.ts';

/** The threads that stream objects to models. The only file that knows Piscina. */
export interface PredictPool {
  /** Rejects only when the thread itself died under it. */
  run(task: Omit<PredictTask, 'cancel'>, signal: AbortSignal): Promise<PredictOutcome>;
  close(): Promise<void>;
}

export function openPool(config: ThreadConfig): PredictPool {
  const threads = Math.min(4, availableParallelism());
  const pool = new Piscina<PredictTask, PredictOutcome>({
    filename: fileURLToPath(new URL('./thread.ts', import.meta.url)),
    workerData: pickThreadConfig(config),
    minThreads: 1,
    maxThreads: threads,
    idleTimeout: 60_000,
    // Most of a prediction is waiting for the model.
    concurrentTasksPerWorker: 16,
  });
  return {
    async run(task, signal) {
      const { port1, port2 } = new MessageChannel();
      // Piscina's own signal would kill the thread, and its other predictions with it.
      const cancel = () => port1.postMessage('cancel');
      signal.addEventListener('abort', cancel, { once: true });
      try {
        if (signal.aborted) return { kind: 'cancelled' };
        return await pool.run({ ...task, cancel: port2 }, { transferList: [port2] });
      } finally {
        signal.removeEventListener('abort', cancel);
        port1.close();
      }
    },
    close: () => pool.destroy(),
  };
}

// Only what can be sent to a thread, and what it needs.
const pickThreadConfig = ({ storageUrl, incoming, modelHosts, limits }: ThreadConfig): ThreadConfig => ({
  storageUrl,
  incoming,
  modelHosts,
  limits: { derivations: limits.derivations },
});
