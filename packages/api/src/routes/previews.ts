import { AppError, type PreviewKind } from '@assay/shared';
import { type RequestHandler, Router } from 'express';
import type { App } from '../app.ts';
import { findReadable } from '../services/find-readable.ts';
import { getPreview } from '../services/previews.ts';
import { allow, userOf } from './guard.ts';
import { sendStored } from './send-stored.ts';

const types: Record<PreviewKind, string> = {
  thumbnail: 'image/webp',
  poster: 'image/webp',
  waveform: 'application/json',
};

/** What workers made of objects to look at: this process decodes nothing. */
export function previewRoutes(app: App): Router {
  const router = Router();
  const send =
    (kind: PreviewKind): RequestHandler =>
    async (req, res) => {
      const object = await findReadable(app, userOf(res), req.params.hash);
      res.set('Cache-Control', 'no-store');
      const preview = await getPreview(app, object, kind).catch((error: unknown) => {
        if (error instanceof AppError && error.code === 'preview_not_ready') res.set('Retry-After', '1');
        throw error;
      });
      if (req.method === 'GET') await app.views.record(userOf(res), 'view_bytes', [object.sha256]);
      await sendStored(app, req, res, { ...preview, type: types[kind], disposition: 'inline' });
    };
  router.get('/objects/:hash/thumbnail', allow('read'), send('thumbnail'));
  router.get('/objects/:hash/poster', allow('read'), send('poster'));
  router.get('/objects/:hash/waveform', allow('read'), send('waveform'));
  return router;
}
