import { readFile } from 'node:fs/promises';
import { CannotPredict } from './cannot-predict.ts';
import type { Init, ModelObject, Predict } from './predictor.ts';
import type { FromProcess, PredictOrder, ToProcess } from './process-messages.ts';

/*
 * The process that a prediction runs in. Nothing that an object does to it (an endless loop, a native
 * crash, all its memory) reaches the server, which kills it and starts another.
 */
const [, , predictorUrl] = process.argv;
if (!predictorUrl || !process.send) throw new Error('This is started by the kit');

let running: AbortController | undefined;

// A signal to the whole group is the server's business: it lets running predictions finish.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit());

function send(message: FromProcess) {
  process.send?.(message);
}

function tell(error: unknown): FromProcess {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return name === CannotPredict.name ? { kind: 'refusal', message } : { kind: 'error', message, stack };
}

function openObject({ path, size, sha256 }: PredictOrder): ModelObject {
  const bytes = () => readFile(path);
  const text = async () => {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await bytes());
    } catch (cause) {
      if (!(cause instanceof TypeError)) throw cause;
      throw new CannotPredict('This is not text in UTF-8', { cause });
    }
  };
  return { path, size, sha256, bytes, text };
}

async function answer(order: PredictOrder, predict: Predict) {
  running = new AbortController();
  const { folder, prediction, fileName, mime } = order;
  try {
    send({
      kind: 'answer',
      answer: await predict(openObject(order), { signal: running.signal, folder, prediction, fileName, mime }),
    });
  } catch (error) {
    send(tell(error));
  } finally {
    running = undefined;
  }
}

try {
  const module: { predict?: Predict; init?: Init } = await import(predictorUrl);
  const { predict } = module;
  if (typeof predict !== 'function') throw new Error(`${predictorUrl} does not export a function predict`);
  await module.init?.();
  process.on('message', (message: ToProcess) => {
    if (message.kind === 'abort') running?.abort(new Error(message.reason));
    else void answer(message, predict);
  });
  send({ kind: 'ready' });
} catch (error) {
  send(tell(error));
}
