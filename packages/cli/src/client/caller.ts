import { Agent, type Dispatcher, request } from 'undici';
import type { z } from 'zod';
import { AssayError, parseJson, readError } from './assay-error.ts';

export interface Call {
  method: 'GET' | 'HEAD' | 'POST' | 'PATCH';
  /** Below the server's address, or a whole URL that the server gave. */
  path: string;
  headers?: Record<string, string>;
  body?: string | Buffer | AsyncIterable<Uint8Array> | undefined;
  signal?: AbortSignal | undefined;
}

// The server may have to hash what it was sent before it answers. While bytes go out the clock starts anew.
const patienceMilliseconds = 15 * 60_000;

/** With what somebody is known: what signing in gave, or an API key. */
export type Credentials = { token: string } | { apiKey: string };

/** Requests to one server in the name of one person. */
export class Caller {
  readonly url: string;
  readonly #headers: Record<string, string>;
  readonly #agent = new Agent({ headersTimeout: patienceMilliseconds, bodyTimeout: patienceMilliseconds });

  constructor(url: string, credentials?: Credentials) {
    this.url = url.replace(/\/+$/, '');
    if (!credentials) this.#headers = {};
    else if ('apiKey' in credentials) this.#headers = { 'x-api-key': credentials.apiKey };
    else this.#headers = { authorization: `Bearer ${credentials.token}` };
  }

  /** The answer, whatever its status; its body is for who asked to read. Throws `unreachable` when none comes. */
  async send({ method, path, headers, body, signal }: Call): Promise<Dispatcher.ResponseData> {
    return request(new URL(URL.canParse(path) ? path : this.url + path), {
      method,
      headers: { ...this.#headers, ...headers },
      // undici takes any iterable of bytes; its type for `request` does not say so.
      body: body as Dispatcher.DispatchOptions['body'],
      signal,
      dispatcher: this.#agent,
    }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw explainSilence(this.url, error);
    });
  }

  /** Like `send`, and throws an AssayError for any status but 2xx. */
  async call(call: Call): Promise<Dispatcher.ResponseData> {
    const answer = await this.send(call);
    if (answer.statusCode >= 200 && answer.statusCode < 300) return answer;
    throw readError(answer.statusCode, await answer.body.text(), answer.headers['retry-after']?.toString());
  }

  /** The answer's JSON. Throws `unexpected_answer` when it is not what Assay says. */
  async callJson<T>(call: Call, schema: z.ZodType<T>): Promise<T> {
    const { body, statusCode } = await this.call(call);
    const text = await body.text().catch((error: unknown) => {
      throw explainSilence(this.url, error);
    });
    const parsed = schema.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    const message = `${call.method} ${call.path} was answered, but not as this version of Assay expects`;
    throw new AssayError('unexpected_answer', message, { status: statusCode, cause: parsed.error });
  }

  postJson<T>(path: string, value: unknown, schema: z.ZodType<T>, signal?: AbortSignal): Promise<T> {
    const headers = { 'content-type': 'application/json' };
    return this.callJson({ method: 'POST', path, headers, body: JSON.stringify(value), signal }, schema);
  }
}

const silences: Record<string, string> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name can not be looked up now',
  ECONNRESET: 'the connection broke',
  EPIPE: 'the connection broke',
  UND_ERR_SOCKET: 'the connection broke',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
  UND_ERR_HEADERS_TIMEOUT: 'it does not answer',
  UND_ERR_BODY_TIMEOUT: 'it does not answer',
};

/** A connection that failed becomes `unreachable`. What our own side of it threw, a file that can't be read, stays. */
function explainSilence(url: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = silences[code];
  if (reason === undefined) return error;
  return new AssayError('unreachable', `${url} can't be reached: ${reason}`, { cause: error });
}
