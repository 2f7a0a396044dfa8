import {
  type Answer,
  answerSchema,
  busyStatuses,
  findExcess,
  type Health,
  healthSchema,
  type Manifest,
  manifestSchema,
  maxAnswerBytes,
  maxDocumentBytes,
  protocolHeaders,
  refusalSchema,
  refusalStatuses,
} from '@assay/shared';
import { discardFile } from '@assay/storage';
import { type Dispatcher, errors, Pool } from 'undici';
import { z } from 'zod';
import { HostNotPermitted, type HostRules } from './permitted-hosts.ts';
import { ProtocolFault } from './protocol-fault.ts';
import { type Emission, type EmittedFile, readForm } from './read-form.ts';

/** What came of asking a model for a prediction. Whose fault a failure is decides what happens next. */
export type PredictOutcome =
  /** `length`: of its JSON, in characters. */
  | { kind: 'answered'; answer: Answer; length: number; emitted: EmittedFile[] }
  /** The object can't be predicted, in the model's words. */
  | { kind: 'refused'; reason: string }
  /** The model is fine but has no time. */
  | { kind: 'busy'; reason: string; retryAfterSeconds: number }
  /** Nobody listens there. */
  | { kind: 'unreachable'; reason: string }
  /** The model answered that it failed, or what the protocol does not know. */
  | { kind: 'model_fault'; reason: string }
  /** The model broke off or hung: whatever else it had in hand may have been the cause. */
  | { kind: 'model_broke'; reason: string }
  /** The store no longer has the bytes that came in. */
  | { kind: 'corrupt'; reason: string }
  /** The store did not answer, or broke off. */
  | { kind: 'store_fault'; reason: string }
  /** We called it off. */
  | { kind: 'cancelled' };

export interface PredictRequest {
  predictionId: string;
  sha256: string;
  mime: string;
  body: Buffer | AsyncIterable<Buffer>;
  /** Of the body, in bytes. */
  length: number;
  timeoutSeconds: number;
  emission: Emission;
  /** Aborted when the work is called off. */
  cancelled: AbortSignal;
}

const healthTimeout = 3_000;

/**
 * One model at one address. Follows no redirects, and asks nobody at a host that is not permitted. Call `close` when it
 * is no longer used.
 */
export class ModelClient {
  readonly #pool: Pool;
  readonly #base: string;
  readonly #host: string;
  readonly #hosts: HostRules;

  constructor(url: string, hosts: HostRules) {
    const { origin, pathname, hostname } = new URL(url);
    this.#base = pathname.replace(/\/$/, '');
    this.#host = hostname;
    this.#hosts = hosts;
    // Deadlines are per call: undici's own would cut a model that is allowed an hour.
    const untimed = { headersTimeout: 0, bodyTimeout: 0 };
    this.#pool = new Pool(origin, { connections: 1000, pipelining: 1, ...untimed, connect: { lookup: hosts.lookup } });
  }

  health(): Promise<Health> {
    return this.#readDocument('/health', healthSchema);
  }

  /** Throws with every fault of the document, by field. */
  manifest(): Promise<Manifest> {
    return this.#readDocument('/model', manifestSchema);
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }

  async #readDocument<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    const signal = AbortSignal.timeout(healthTimeout);
    const response = await this.#request({ path, method: 'GET', signal });
    const text = await readText(response, `GET ${path}`, maxDocumentBytes);
    if (response.statusCode !== 200) throw new ProtocolFault(`GET ${path} answered ${response.statusCode}`);
    const parsed = schema.safeParse(parseJson(text));
    if (!parsed.success)
      throw new ProtocolFault(`GET ${path} is not as the protocol says:\n${z.prettifyError(parsed.error)}`);
    return parsed.data;
  }

  async predict(request: PredictRequest): Promise<PredictOutcome> {
    const outcome = await this.#predict(request);
    return 'reason' in outcome ? { ...outcome, reason: fitReason(outcome.reason) } : outcome;
  }

  async #predict(request: PredictRequest): Promise<PredictOutcome> {
    const calledOff = new AbortController();
    const abort = () => calledOff.abort();
    let isLate = false;
    const deadline = setTimeout(() => {
      isLate = true;
      abort();
    }, request.timeoutSeconds * 1000);
    request.cancelled.addEventListener('abort', abort, { once: true });
    try {
      if (request.cancelled.aborted) return { kind: 'cancelled' };
      const response = await this.#request({
        path: '/predict',
        method: 'POST',
        headers: {
          'content-type': request.mime,
          'content-length': String(request.length),
          [protocolHeaders.object]: request.sha256,
          [protocolHeaders.prediction]: request.predictionId,
          // A result is everybody's who may see the object. What it is called is not, and a model may repeat what it is told.
          [protocolHeaders.fileName]: request.sha256,
        },
        body: request.body as Dispatcher.DispatchOptions['body'],
        signal: calledOff.signal,
      });
      if (isForm(response)) return await readFormOutcome(response, request.emission);
      return await readOutcome(response);
    } catch (error) {
      if (request.cancelled.aborted) return { kind: 'cancelled' };
      if (isLate) return { kind: 'model_broke', reason: `The model gave no answer within ${request.timeoutSeconds} s` };
      return explainBrokenCall(error);
    } finally {
      clearTimeout(deadline);
      request.cancelled.removeEventListener('abort', abort);
    }
  }

  async #request(options: Dispatcher.RequestOptions): Promise<Dispatcher.ResponseData> {
    this.#hosts.check(this.#host);
    return this.#pool.request({ ...options, path: this.#base + options.path });
  }
}

async function readOutcome(response: Dispatcher.ResponseData): Promise<PredictOutcome> {
  const { statusCode, headers } = response;
  if (statusCode === 200) {
    const text = await readText(response, "The model's answer", maxAnswerBytes);
    return readAnswer(String(headers['content-type'] ?? ''), text);
  }
  const refusal = refusalSchema.safeParse(parseJson(await readText(response, "The model's refusal", maxDocumentBytes)));
  const words = refusal.success ? refusal.data.error.message : '';
  if (refusalStatuses.includes(statusCode))
    return { kind: 'refused', reason: words || `The model refused it with ${statusCode} and no reason` };
  if (busyStatuses.includes(statusCode)) {
    const retryAfterSeconds = readRetryAfter(headers['retry-after']);
    return { kind: 'busy', reason: words || 'The model has no time now', retryAfterSeconds };
  }
  return { kind: 'model_fault', reason: `The model answered ${statusCode}${words && `: ${words}`}` };
}

function readAnswer(contentType: string, text: string): PredictOutcome {
  if (!contentType.startsWith('application/json'))
    return { kind: 'model_fault', reason: `The model answered with ${contentType || 'no type'}, not application/json` };
  const excess = findExcess(text);
  if (excess) return { kind: 'model_fault', reason: `The model's answer is not as the protocol says: ${excess}` };
  const answer = answerSchema.safeParse(parseJson(text));
  if (answer.success) return { kind: 'answered', answer: answer.data, length: text.length, emitted: [] };
  const faults = z.prettifyError(answer.error).slice(0, 1000);
  return { kind: 'model_fault', reason: `The model's answer is not as the protocol says:\n${faults}` };
}

const isForm = ({ statusCode, headers }: Dispatcher.ResponseData) =>
  statusCode === 200 && /^multipart\/form-data\b/i.test(String(headers['content-type'] ?? ''));

async function readFormOutcome(response: Dispatcher.ResponseData, emission: Emission): Promise<PredictOutcome> {
  const form = await readForm(response, emission);
  const outcome = readAnswer('application/json', form.prediction);
  if (outcome.kind === 'answered') return { ...outcome, emitted: form.files };
  await Promise.all(form.files.map(discardFile));
  return outcome;
}

const mostReasonCharacters = 4000;

/** What a model said can be of any length, and have in it what no database keeps. */
function fitReason(reason: string): string {
  const words = reason.replaceAll('\0', '\ufffd').toWellFormed();
  return words.length > mostReasonCharacters ? `${words.slice(0, mostReasonCharacters).toWellFormed()}…` : words;
}

const connectionRefusals = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);

function explainBrokenCall(error: unknown): PredictOutcome {
  if (!(error instanceof Error)) throw error;
  if (error.name === 'CorruptObject' || error.name === 'AppError') return { kind: 'corrupt', reason: error.message };
  if (error instanceof HostNotPermitted) return { kind: 'unreachable', reason: error.message };
  if (error instanceof ProtocolFault) return { kind: 'model_fault', reason: error.message };
  if (error.name === 'StoreFault') return { kind: 'store_fault', reason: error.message };
  const code = 'code' in error ? String(error.code) : '';
  // Reset before it was made: who listened there has just ended.
  const wasNotMade = 'syscall' in error && error.syscall === 'connect';
  if (wasNotMade || connectionRefusals.has(code) || error instanceof errors.ConnectTimeoutError)
    return { kind: 'unreachable', reason: 'The model does not answer' };
  return { kind: 'model_broke', reason: `The connection to the model broke: ${error.message}` };
}

async function readText(response: Dispatcher.ResponseData, what: string, most: number): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response.body as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > most) throw new ProtocolFault(`${what} is longer than ${most} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no schema accepts this, and each says what it wants instead
  }
}

/** Seconds, from a number of them or a date; 1 to 300, and 5 where the model says nothing. */
function readRetryAfter(header: string | string[] | undefined): number {
  const text = String(header ?? '');
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.min(300, Math.max(1, seconds)) : 5;
}
