import { pipeline } from 'node:stream/promises';
import type { ObjectHash } from '@assay/shared';
import type { Request, Response } from 'express';
import type { App } from '../app.ts';
import { reachStore } from '../services/reach-store.ts';

/** Bytes of the store, and how they go out. */
interface Stored {
  sha256: ObjectHash;
  /** Bytes. */
  size: number;
  type: string;
  disposition: string;
}

/**
 * Of what strangers made, or what was made of it, nothing may run, be framed, or be guessed at. A browser asks again
 * each time whether it may still show its copy: who may see an object changes, and objects are deleted.
 */
const safeHeaders = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'private, no-cache',
};

/** Answers GET and HEAD with the bytes, or with the range of them that was asked for, or that a copy is still good. */
export async function sendStored(app: App, req: Request, res: Response, stored: Stored): Promise<void> {
  const { sha256, size, type, disposition } = stored;
  res.set({
    ...safeHeaders,
    'Content-Type': type,
    'Content-Disposition': disposition,
    'Accept-Ranges': 'bytes',
    ETag: `"${sha256}"`,
  });
  if (req.fresh) {
    res.status(304).end();
    return;
  }
  const range = readRange(req, size);
  if (range === 'none') {
    res.status(416).set('Content-Range', `bytes */${size}`).end();
    return;
  }
  if (range) res.status(206).set('Content-Range', `bytes ${range.start}-${range.end}/${size}`);
  res.set('Content-Length', String(range ? range.end - range.start + 1 : size));
  if (req.method === 'HEAD') {
    res.end();
    return;
  }
  const bytes = await reachStore(app, app.store.read(sha256, range));
  // A reader that leaves early is no fault of anybody's.
  await pipeline(bytes, res).catch((error: unknown) => {
    if (!res.destroyed) throw error;
  });
}

/** One range, as players ask for; several at once get the whole, as RFC 9110 lets a server do. */
function readRange(req: Request, size: number): { start: number; end: number } | 'none' | undefined {
  if (req.headers['if-range'] && req.headers['if-range'] !== req.res?.get('ETag')) return undefined;
  const ranges = req.range(size, { combine: true });
  if (ranges === -1) return 'none';
  if (!Array.isArray(ranges) || ranges.type !== 'bytes' || ranges.length !== 1) return undefined;
  return ranges[0];
}
