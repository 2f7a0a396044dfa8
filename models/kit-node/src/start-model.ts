import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Health, Manifest } from '@assay/shared';
import { answerPredict } from './answer-predict.ts';
import { logError } from './log.ts';
import { createMetrics } from './metrics.ts';
import { PredictionPool } from './prediction-pool.ts';
import { Refusal, sendJson, sendRefusal } from './refusal.ts';
import { makeScratchFolder, removeFolder } from './scratch-folder.ts';

/** What runs when the server stops has so long to end by itself. */
const stopGraceMs = 3_000;

interface Address {
  host: string;
  port: number;
}

export interface RunningModel {
  url: string;
  /** Resolves when the model has loaded, or failed to: whether it can predict. */
  loaded: Promise<boolean>;
  /** Stops accepting, lets running predictions finish for about 3 s, removes every temporary file. */
  close(): Promise<void>;
}

/** Listens at once and answers /health while the predictor starts. */
export async function startModel(manifest: Manifest, predictor: URL, address: Address): Promise<RunningModel> {
  const pool = new PredictionPool(predictor, manifest.limits.concurrency);
  const folder = await makeScratchFolder(manifest.name);
  const stop = new AbortController();
  const route = { manifest, pool, folder, stop: stop.signal };
  const metrics = createMetrics(manifest, () => pool.taken);
  const running = new Set<Promise<void>>();
  let health: Health = { status: 'starting' };
  let stopping = false;

  async function answerPrediction(request: IncomingMessage, response: ServerResponse) {
    metrics.watch(response);
    if (stopping) throw new Refusal(503, 'The model is stopping', { retryAfter: 5 });
    if (health.status === 'starting') throw new Refusal(503, 'The model is starting', { retryAfter: 1 });
    if (health.status === 'failed') throw new Refusal(503, `The model failed: ${health.detail}`, { retryAfter: 30 });
    const answer = await answerPredict(route, request, response);
    if (answer) sendJson(response, 200, answer);
  }

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const path = request.url?.split('?')[0];
    switch (`${request.method} ${path}`) {
      case 'GET /health':
        return sendJson(response, 200, health.status === 'ready' && pool.busy ? { status: 'busy' } : health);
      case 'GET /model':
        return sendJson(response, 200, manifest);
      case 'GET /metrics':
        return metrics.send(response);
      case 'POST /predict':
        return answerPrediction(request, response);
      default:
        throw new Refusal(
          404,
          `There is no ${request.method} ${path}: GET /health, GET /model, GET /metrics and POST /predict`,
        );
    }
  }

  const server = createServer((request, response) => {
    const answered = answer(request, response).catch((error: unknown) => {
      if (response.destroyed || response.headersSent) return void response.destroy();
      if (error instanceof Refusal) return sendRefusal(response, error);
      logError((error as Error).message, { stack: (error as Error).stack });
      sendRefusal(response, new Refusal(500, 'The model server failed; its log says why'));
    });
    running.add(answered);
    void answered.finally(() => running.delete(answered));
  });
  // A large object over a slow line takes its time; receiveBody gives up on silence instead.
  server.requestTimeout = 0;

  try {
    server.listen(address.port, address.host);
    await once(server, 'listening');
  } catch (error) {
    await removeFolder(folder);
    throw error;
  }

  const loaded = pool.start().then(
    () => {
      health = { status: 'ready' };
      return true;
    },
    (error: Error) => {
      health = { status: 'failed', detail: error.message };
      if (!stopping) logError('init failed', { detail: error.message });
      return false;
    },
  );

  async function close() {
    stopping = true;
    const closed = once(server, 'close');
    server.close();
    const timer = setTimeout(() => stop.abort(new Error('The model is stopping')), stopGraceMs);
    await Promise.all(running);
    clearTimeout(timer);
    server.closeAllConnections();
    await closed;
    await pool.end();
    await loaded;
    await removeFolder(folder);
  }

  const { port } = server.address() as AddressInfo;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return { url: `http://${host}:${port}`, loaded, close };
}
