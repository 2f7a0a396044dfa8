import { pipeline } from 'node:stream/promises';
import { findObject } from '@assay/db';
import { AppError, anyHashSchema } from '@assay/shared';
import { type Request, Router } from 'express';
import type { App } from '../app.ts';
import { reachStore } from '../services/reach-store.ts';
import { allow, userOf } from './guard.ts';

/** What a browser shows inside a page without running anything in it. All else is a download. */
const inlineTypes = new Set([
  ...['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif', 'image/bmp', 'image/apng'],
  ...['video/mp4', 'video/webm', 'video/quicktime', 'video/ogg', 'video/x-m4v', 'video/matroska'],
  ...['audio/mpeg', 'audio/mp4', 'audio/x-m4a', 'audio/ogg', 'audio/wav', 'audio/flac', 'audio/aac', 'audio/webm'],
  ...['audio/ogg; codecs=opus', 'audio/vnd.wave', 'audio/x-flac'],
]);

/** The one route that serves what strangers made: nothing of it may run, be framed, or be guessed at. */
export function objectBytesRoutes(app: App): Router {
  const router = Router();
  router.get('/objects/:hash/content', allow('read'), async (req, res) => {
    const hash = anyHashSchema.safeParse(req.params.hash);
    const object = hash.success ? await findObject(app.db, userOf(res), hash.data) : undefined;
    if (!object) throw new AppError('object_not_found', 'No object with this hash is known');

    const inline = inlineTypes.has(object.mime);
    res.set({
      'Content-Type': inline ? object.mime : 'application/octet-stream',
      'Content-Disposition': `${inline ? 'inline' : 'attachment'}; filename="${object.sha256}"`,
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Cache-Control': 'private, max-age=3600, immutable',
      'Accept-Ranges': 'bytes',
      ETag: `"${object.sha256}"`,
    });
    if (req.fresh) {
      res.status(304).end();
      return;
    }
    const range = readRange(req, object.size);
    if (range === 'none') {
      res.status(416).set('Content-Range', `bytes */${object.size}`).end();
      return;
    }
    if (range) res.status(206).set('Content-Range', `bytes ${range.start}-${range.end}/${object.size}`);
    res.set('Content-Length', String(range ? range.end - range.start + 1 : object.size));
    if (req.method === 'HEAD') {
      res.end();
      return;
    }
    const bytes = await reachStore(app, app.store.read(object.sha256, range));
    // A reader that leaves early is no fault of anybody's.
    await pipeline(bytes, res).catch((error: unknown) => {
      if (!res.destroyed) throw error;
    });
  });
  return router;
}

/** One range, as players ask for; several at once get the whole. */
function readRange(req: Request, size: number): { start: number; end: number } | 'none' | undefined {
  if (req.headers['if-range'] && req.headers['if-range'] !== req.res?.get('ETag')) return undefined;
  const ranges = req.range(size, { combine: true });
  if (ranges === -1) return 'none';
  if (!Array.isArray(ranges) || ranges.type !== 'bytes' || ranges.length !== 1) return undefined;
  return ranges[0];
}
