import { mkdir, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type Answer, type Manifest, protocolHeaders } from '@assay/shared';
import { checkAnswer } from './check-answer.ts';
import { checkEmitted, sendEmitted } from './emitted.ts';
import { logError } from './log.ts';
import type { PredictionPool } from './prediction-pool.ts';
import type { FromProcess, PredictOrder } from './process-messages.ts';
import { checkLength, receiveBody } from './receive-body.ts';
import { Refusal } from './refusal.ts';

export interface PredictRoute {
  manifest: Manifest;
  pool: PredictionPool;
  /** Where bodies are kept while they are predicted. */
  folder: string;
  /** Aborted when the server no longer waits for what runs. */
  stop: AbortSignal;
}

let bodies = 0;

/**
 * POST /predict from the first header to the checked answer. Throws Refusal. Undefined: the answer has objects, and has
 * been sent with them.
 */
export async function answerPredict(
  route: PredictRoute,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Answer | undefined> {
  const size = checkLength(request, route.manifest.limits.maxBytes);
  const giveBack = route.pool.take();
  if (!giveBack) throw new Refusal(503, 'As many predictions as this model takes are running', { retryAfter: 1 });
  const gone = new AbortController();
  response.on('close', () => gone.abort(new Error('The caller went away')));
  const path = join(route.folder, String(++bodies));
  const folder = `${path}-made`;
  try {
    await receiveBody(request, path, AbortSignal.any([gone.signal, route.stop]));
    if (route.manifest.emits.length > 0) await mkdir(folder);
    const predicted = await predict(
      route,
      { ...readHeaders(request), kind: 'predict', path, folder, size },
      gone.signal,
    );
    const answer = checkAnswer(predicted, route.manifest);
    const objects = await checkEmitted(predicted, folder, route.manifest);
    if (objects.length === 0) return answer;
    await sendEmitted(response, { answer, objects, folder }, AbortSignal.any([gone.signal, route.stop]));
    return undefined;
  } finally {
    giveBack();
    await rm(path, { force: true });
    await rm(folder, { recursive: true, force: true });
  }
}

async function predict({ pool, manifest, stop }: PredictRoute, order: PredictOrder, gone: AbortSignal) {
  const { timeoutSeconds } = manifest.limits;
  const timeout = AbortSignal.timeout(timeoutSeconds * 1000);
  const message = await pool.predict(order, AbortSignal.any([gone, stop, timeout])).catch(failToStart);
  if (timeout.aborted && message.kind !== 'answer') throw new Refusal(504, `No prediction within ${timeoutSeconds} s`);
  if (stop.aborted && message.kind !== 'answer') throw new Refusal(503, 'The model is stopping', { retryAfter: 5 });
  return readAnswer(message, order, gone);
}

function failToStart({ message, stack }: Error): FromProcess {
  return { kind: 'error', message: `No process for the prediction could be started: ${message}`, stack };
}

function readAnswer(message: FromProcess, order: PredictOrder, gone: AbortSignal): unknown {
  switch (message.kind) {
    case 'answer':
      return message.answer;
    case 'refusal':
      throw new Refusal(422, message.message);
    case 'error': {
      const { sha256, prediction } = order;
      if (!gone.aborted) logError(message.message, { sha256, prediction, stack: message.stack });
      throw new Refusal(500, message.message);
    }
    default:
      throw new Refusal(500, `The process of the prediction said "${message.kind}" out of turn`);
  }
}

function readHeaders({ headers }: IncomingMessage) {
  const one = (name: string) => headers[name]?.toString();
  return {
    sha256: one(protocolHeaders.object),
    prediction: one(protocolHeaders.prediction),
    fileName: decode(one(protocolHeaders.fileName)),
    mime: one('content-type'),
  };
}

/** The name is a hint: one that is not percent-encoded is passed on as it is. */
function decode(name: string | undefined): string | undefined {
  try {
    return name && decodeURIComponent(name);
  } catch {
    return name;
  }
}
