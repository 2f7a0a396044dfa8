import type { MessagePort } from 'node:worker_threads';
import type { MediaType } from '@assay/shared';
import { openStore } from '@assay/storage';
import { workerData } from 'piscina';
import type { WorkerConfig } from './config.ts';
import { ModelClient, type PredictOutcome } from './model-client.ts';
import { permitHosts } from './model-hosts.ts';
import { openBody, type StoredBytes, StoreFault } from './object-body.ts';

/** What a thread of the pool is told when it starts. */
export type ThreadConfig = Pick<WorkerConfig, 'storageUrl' | 'incoming' | 'modelHosts' | 'limits'>;

/** What it is told for each prediction. */
export interface PredictTask {
  modelUrl: string;
  predictionId: string;
  object: StoredBytes;
  fileName: string;
  mime: string;
  timeoutSeconds: number;
  /** What the model may make of it. */
  emits: MediaType[];
  /** A message on it calls the work off. */
  cancel: MessagePort;
}

const { storageUrl, incoming, modelHosts, limits } = workerData as ThreadConfig;
const store = await openStore(storageUrl, { incoming });
const hosts = permitHosts(modelHosts);
const clients = new Map<string, ModelClient>();

/** Runs on a thread: streams the object to the model and checks what comes back. */
export default async function makePrediction(task: PredictTask): Promise<PredictOutcome> {
  const cancelled = new AbortController();
  task.cancel.once('message', () => cancelled.abort());
  try {
    const { object, predictionId, fileName, timeoutSeconds, emits } = task;
    const body = await openBody(store, object);
    const mime = object.encoding ? 'text/plain; charset=utf-8' : task.mime;
    return await clientOf(task.modelUrl).predict({
      ...{ predictionId, fileName, timeoutSeconds, mime, ...body },
      sha256: object.sha256,
      emission: { store, emits, limits: limits.derivations },
      cancelled: cancelled.signal,
    });
  } catch (error) {
    // The store answers for what goes wrong before the model is asked.
    if (error instanceof StoreFault) return { kind: 'store_fault', reason: error.message };
    return { kind: 'corrupt', reason: error instanceof Error ? error.message : String(error) };
  } finally {
    task.cancel.close();
  }
}

function clientOf(url: string): ModelClient {
  const client = clients.get(url) ?? new ModelClient(url, hosts);
  clients.set(url, client);
  return client;
}
