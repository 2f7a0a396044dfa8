import { createWriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Refusal } from './refusal.ts';

/** A sender that is silent for so long is given up. */
const silenceMs = 60_000;

/** The body's length in bytes, from its header. Throws 411, 413 or 422 before a byte is read. */
export function checkLength(request: IncomingMessage, maxBytes: number): number {
  const header = request.headers['content-length'];
  if (header === undefined) throw new Refusal(411, 'Content-Length is missing');
  const length = Number(header);
  if (length === 0) throw new Refusal(422, 'The object is empty');
  if (length > maxBytes) {
    throw new Refusal(413, `The object has ${length} bytes; this model takes at most ${maxBytes}`);
  }
  return length;
}

/**
 * Streams the body into a file, in constant memory. Node's parser holds the sender to Content-Length;
 * a connection that ends before it rejects.
 */
export async function receiveBody(request: IncomingMessage, path: string, signal: AbortSignal): Promise<void> {
  request.setTimeout(silenceMs, () => request.destroy(new Error('The sender fell silent')));
  await pipeline(request, createWriteStream(path, { flags: 'wx', mode: 0o600 }), { signal });
  request.setTimeout(0);
}
