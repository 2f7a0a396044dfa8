import type { IncomingMessage } from 'node:http';
import { readBoundary } from '@assay/multipart';
import { AppError } from '@assay/shared';
import type { App } from '../app.ts';
import type { SpaceClaim } from '../free-space.ts';

/**
 * Refuses an upload whose headers alone show that it is no form or too much, before a byte of its body is read:
 * `unsupported_content_type`, `invalid_request`, `unsupported_encoding`, `request_too_large`, `storage_full`.
 * The caller releases the space.
 */
export async function admitUpload(app: App, req: IncomingMessage): Promise<{ boundary: string; space: SpaceClaim }> {
  const boundary = readBoundary(req.headers['content-type']);
  const encoding = req.headers['content-encoding']?.toLowerCase() || 'identity';
  if (encoding !== 'identity') {
    // What is hashed are the bytes as they were sent; media are compressed already, and a bomb is small on the wire.
    const message = `The request is ${encoding}-encoded. Send it as it is, without Content-Encoding`;
    throw AppError.of({ code: 'unsupported_encoding', message });
  }
  // Absent when the body is chunked: then it is counted as it comes.
  const length = Number(req.headers['content-length'] ?? 0);
  refuseLongerThan(app.config.limits.requestBytes, length);
  return { boundary, space: await app.space.claim(length) };
}

/** Throws `request_too_large` when a request has more bytes than it may. */
export function refuseLongerThan(limit: number, bytes: number): void {
  if (bytes <= limit) return;
  const message = `The request is larger than ${limit} bytes, the most that one request may have here`;
  throw AppError.of({ code: 'request_too_large', message, limit });
}
