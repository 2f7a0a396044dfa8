import {
  type Db,
  failPrediction,
  type JobOutcome,
  type PredictQueue,
  type QueuedJob,
  requeuePrediction,
  type StartedPrediction,
  startPrediction,
} from '@assay/db';
import type { DerivationLimits, ObjectHash } from '@assay/shared';
import type { ObjectStore } from '@assay/storage';
import type { Logger } from 'pino';
import type { PredictOutcome } from './model-client.ts';
import type { ModelRegistry } from './model-registry.ts';
import type { PredictPool } from './pool.ts';
import { recordAnswer } from './record-answer.ts';
import { withEmitted } from './with-emitted.ts';

export interface PredictContext {
  db: Db;
  queue: PredictQueue;
  pool: PredictPool;
  registry: ModelRegistry;
  store: ObjectStore;
  derivations: DerivationLimits;
  log: Logger;
  /** Aborted when this worker hands back what it has in hand. */
  stopping: AbortSignal;
}

// How often a prediction is tried when the model, or the worker, breaks over it.
const maxAttempts = 4;
// A model of this version may come back; until then a look now and then is enough.
const noEndpointSeconds = 5;
const storeFaultSeconds = 5;

/**
 * Makes one prediction. Safe to run twice: a job delivered again after a crash finds the row final and
 * does nothing, or finds it running and starts over; the result is written once, with the job's end,
 * in one transaction.
 */
export async function predict(context: PredictContext, job: QueuedJob): Promise<JobOutcome> {
  const { db, queue, log } = context;
  const prediction = await startPrediction(db, job.predictionId);
  if (!prediction) {
    await queue.complete(db, job);
    return 'done';
  }
  const outcome = await askModel(context, job, prediction);
  log.debug({ prediction: prediction.id, model: prediction.model, outcome: outcome.kind }, 'prediction');
  return withEmitted(context.store, outcome, (stored, found) => settle(context, job, prediction, stored, found));
}

async function askModel(
  context: PredictContext,
  job: QueuedJob,
  prediction: StartedPrediction,
): Promise<PredictOutcome> {
  const { limits } = prediction.manifest;
  if (prediction.attempts > maxAttempts) {
    const reason = `Given up: ${maxAttempts} attempts ended with the worker's or the model's death`;
    return { kind: 'refused', reason };
  }
  if (prediction.size > limits.maxBytes) {
    const reason = `${prediction.model} takes at most ${limits.maxBytes} bytes; this object has ${prediction.size}`;
    return { kind: 'refused', reason };
  }
  const { id, sha256, size, encoding, fileName, mime } = prediction;
  const task = {
    predictionId: id,
    object: { sha256, size, encoding },
    fileName,
    mime,
    timeoutSeconds: limits.timeoutSeconds,
    emits: prediction.manifest.emits,
  };
  const tried = new Set<string>();
  for (let last: PredictOutcome | undefined; ; ) {
    const endpoint = context.registry.take(prediction.modelId, tried);
    if (!endpoint) {
      const reason = `No ${prediction.model} ${prediction.version} is running`;
      return last ?? { kind: 'busy', reason, retryAfterSeconds: noEndpointSeconds };
    }
    const modelUrl = endpoint.url;
    last = await context.pool
      .run({ ...task, modelUrl }, AbortSignal.any([job.signal, context.stopping]))
      .catch(
        (error: unknown): PredictOutcome => ({ kind: 'model_fault', reason: `The worker's thread died: ${error}` }),
      )
      .finally(endpoint.release);
    if (last.kind !== 'unreachable') return last;
    // Nobody has had the object yet: another of its addresses may.
    context.registry.recheck(modelUrl);
    tried.add(modelUrl);
  }
}

/** Writes what came of it and ends the job, in one transaction. */
async function settle(
  context: PredictContext,
  job: QueuedJob,
  prediction: StartedPrediction,
  outcome: PredictOutcome,
  found: ObjectHash[],
): Promise<JobOutcome> {
  const { db, queue } = context;
  const { id, attempts } = prediction;
  // What the database can't have been told, the queue will find out: the job is given out again.
  return db.transaction(async (tx) => {
    switch (outcome.kind) {
      case 'answered':
        await recordAnswer(tx, context, prediction, { ...outcome, found });
        await queue.complete(tx, job);
        return 'done';
      case 'refused':
      case 'corrupt':
        await failPrediction(tx, id, outcome.reason);
        await queue.complete(tx, job);
        return 'done';
      case 'model_fault':
        if (attempts < maxAttempts) {
          await requeuePrediction(tx, id, { reason: outcome.reason, burnt: true });
          return 'retry';
        }
        await failPrediction(tx, id, outcome.reason);
        await queue.complete(tx, job);
        return 'done';
      case 'busy':
        await requeuePrediction(tx, id, { reason: outcome.reason, burnt: false });
        await queue.postpone(tx, job, outcome.retryAfterSeconds);
        return 'done';
      case 'store_fault':
        await requeuePrediction(tx, id, { reason: outcome.reason, burnt: false });
        await queue.postpone(tx, job, storeFaultSeconds);
        return 'done';
      case 'unreachable':
        await requeuePrediction(tx, id, { reason: outcome.reason, burnt: false });
        await queue.postpone(tx, job, 1);
        return 'done';
      case 'cancelled':
        await requeuePrediction(tx, id, { reason: 'Handed back by a worker that stopped', burnt: false });
        await queue.postpone(tx, job, 0);
        return 'done';
    }
  });
}
