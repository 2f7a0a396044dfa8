import type { ServerResponse } from 'node:http';

/** An answer that is not a prediction: its status, and a message for people. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly status: number;
  /** Seconds; sent as Retry-After. */
  readonly retryAfter: number | undefined;

  constructor(status: number, message: string, options: ErrorOptions & { retryAfter?: number } = {}) {
    super(message, options);
    this.status = status;
    this.retryAfter = options.retryAfter;
  }
}

export function sendJson(response: ServerResponse, status: number, body: unknown) {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export function sendRefusal(response: ServerResponse, { status, message, retryAfter }: Refusal) {
  if (retryAfter !== undefined && !response.headersSent) response.setHeader('retry-after', retryAfter);
  sendJson(response, status, { error: { message } });
}
