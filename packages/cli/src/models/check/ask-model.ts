import { hash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { busyStatuses, findExcess, maxAnswerBytes, protocolHeaders } from '@assay/shared';
import type { Dispatcher } from 'undici';
import { v7 as uuidv7 } from 'uuid';
import { AssayError, parseJson } from '../../client/assay-error.ts';
import type { Call } from '../../client/caller.ts';
import type { Asking } from './checking.ts';
import { type AnswerForm, readForm } from './read-form.ts';

export interface Reply {
  status: number;
  contentType: string;
  retryAfter: string | undefined;
  text: string;
  /** Undefined: the text is no JSON. */
  json: unknown;
  /** Of an answer with objects: what it has besides the prediction, which is `text` and `json`. */
  form?: AnswerForm;
}

export interface Question {
  mime: string;
  /** The object, all of it: what goes out, unless `body` does. */
  bytes: Buffer;
  /** Sent in its place, `length` bytes of it. */
  body?: AsyncIterable<Buffer>;
  length?: number;
  /** The same on every attempt; a new one unless given. */
  prediction?: string;
  fileName?: string;
  /** Before the answer's body is read. */
  pauseMs?: number;
}

/** What the model answers, whatever its status. Throws an AssayError when it breaks off, and the signal's reason. */
export function get({ caller, signal }: Asking, path: string): Promise<Reply> {
  return read(caller.send({ method: 'GET', path, signal }), signal);
}

/** As the pipeline asks for a prediction. */
export function predict({ caller, signal }: Asking, question: Question): Promise<Reply> {
  const { mime, bytes, body = bytes, length = bytes.length, prediction = uuidv7(), fileName = 'check' } = question;
  const call: Call = {
    method: 'POST',
    path: '/predict',
    headers: {
      'content-type': mime,
      'content-length': String(length),
      [protocolHeaders.object]: hash('sha256', bytes),
      [protocolHeaders.prediction]: prediction,
      [protocolHeaders.fileName]: encodeURIComponent(fileName),
    },
    body,
    signal,
  };
  return read(caller.send(call), signal, question.pauseMs);
}

const longestWaitSeconds = 5;

/** Like `predict`, and comes again as long as the model has no time. */
export async function predictPatiently(asking: Asking, question: Question): Promise<Reply> {
  for (;;) {
    const reply = await predict(asking, question);
    if (!busyStatuses.includes(reply.status)) return reply;
    const seconds = Math.min(Number(reply.retryAfter) || 1, longestWaitSeconds);
    await wait(seconds * 1000, undefined, { signal: asking.signal }).catch(() => asking.signal.throwIfAborted());
  }
}

async function read(sent: Promise<Dispatcher.ResponseData>, signal: AbortSignal, pauseMs = 0): Promise<Reply> {
  try {
    const { statusCode, headers, body } = await sent;
    if (pauseMs > 0) await wait(pauseMs, undefined, { signal });
    const contentType = String(headers['content-type'] ?? '');
    const retryAfter = headers['retry-after']?.toString();
    const about = { status: statusCode, contentType, retryAfter };
    if (contentType.startsWith('multipart/form-data')) {
      const form = await readForm(contentType, body);
      return { ...about, text: form.prediction, json: readJson(form.prediction), form };
    }
    const text = await readText(body);
    return { ...about, text, json: readJson(text) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AssayError) throw error;
    throw new AssayError('unexpected_answer', `The answer broke off: ${(error as Error).message}`, { cause: error });
  }
}

function readJson(text: string): unknown {
  const excess = findExcess(text);
  if (excess) throw new AssayError('unexpected_answer', `The answer is too much: ${excess}`);
  return parseJson(text);
}

async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of body) {
    length += part.length;
    if (length > maxAnswerBytes) throw new Error(`it is longer than ${maxAnswerBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
