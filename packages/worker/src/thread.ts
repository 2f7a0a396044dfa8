import type { MessagePort } from 'node:worker_threads';
import type { MediaType } from '@assay/shared';
import { openStore } from '@assay/storage';
import { workerData } from 'piscina';
import { BodyMemory } from './body-memory.ts';
import type { WorkerConfig } from './config.ts';
import { ModelClient, type PredictOutcome } from './model-client.ts';
import { openBody, type StoredBytes, StoreFault } from './object-body.ts';
import { askedModels, permitHosts } from './permitted-hosts.ts';

/** What a thread of the pool is told when it starts. */
export type ThreadConfig = Pick<WorkerConfig, 'storageUrl' | 'incoming' | 'modelHosts' | 'limits'>;

/** What it is told of each prediction. */
export interface PredictTask {
  modelUrl: string;
  predictionId: string;
  object: StoredBytes;
  mime: string;
  timeoutSeconds: number;
  /** What the model may make of it. */
  emits: MediaType[];
}

export interface PredictBatch {
  tasks: PredictTask[];
  /** Takes the id of a prediction that is called off, and gives outcomes by id. */
  port: MessagePort;
}

const { storageUrl, incoming, modelHosts, limits } = workerData as ThreadConfig;
const store = await openStore(storageUrl, { incoming });
const hosts = permitHosts(modelHosts, askedModels);
const clients = new Map<string, ModelClient>();
const memory = new BodyMemory();

const wholeAnswers = new Set<PredictOutcome['kind']>(['answered', 'refused', 'busy']);

/** Runs on a thread: streams objects to models and checks what comes back. Each outcome is told when it is there. */
export default async function makePredictions({ tasks, port }: PredictBatch): Promise<void> {
  const cancels = new Map(tasks.map(({ predictionId }) => [predictionId, new AbortController()]));
  port.on('message', (id: string) => cancels.get(id)?.abort());
  let told: [string, PredictOutcome][] = [];
  const flush = () => {
    port.postMessage(told);
    told = [];
  };
  await Promise.all(
    tasks.map(async (task) => {
      const { signal } = cancels.get(task.predictionId) ?? new AbortController();
      const outcome = await makePrediction(task, signal);
      if (told.length === 0) setImmediate(flush);
      told.push([task.predictionId, outcome]);
    }),
  );
  await new Promise((resolve) => setImmediate(resolve)); // the last flush
  port.close();
}

async function makePrediction(task: PredictTask, cancelled: AbortSignal): Promise<PredictOutcome> {
  try {
    const { object, predictionId, timeoutSeconds, emits } = task;
    const { body, length, release } = await openBody(store, object, memory);
    const mime = object.encoding ? 'text/plain; charset=utf-8' : task.mime;
    const { sha256 } = object;
    const emission = { store, emits, limits: limits.derivations };
    const request = { emission, predictionId, timeoutSeconds, mime, body, length, sha256, cancelled };
    const outcome = await clientOf(task.modelUrl).predict(request);
    // Whatever of the body a model that gave its whole answer did not wait for, the answer can't be about.
    if (wholeAnswers.has(outcome.kind)) release?.();
    return outcome;
  } catch (error) {
    // The store answers for what goes wrong before the model is asked.
    if (error instanceof StoreFault) return { kind: 'store_fault', reason: error.message };
    return { kind: 'corrupt', reason: error instanceof Error ? error.message : String(error) };
  }
}

function clientOf(url: string): ModelClient {
  const client = clients.get(url) ?? new ModelClient(url, hosts);
  clients.set(url, client);
  return client;
}
