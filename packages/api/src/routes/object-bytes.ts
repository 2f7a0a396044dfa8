import { findFirstFileName } from '@assay/db';
import { isInline } from '@assay/shared';
import { create as describeDisposition } from 'content-disposition';
import { Router } from 'express';
import type { App } from '../app.ts';
import { findReadable } from '../services/find-readable.ts';
import { allow, userOf } from './guard.ts';
import { sendStored } from './send-stored.ts';

/** The route that serves what strangers made. */
export function objectBytesRoutes(app: App): Router {
  const router = Router();
  router.get('/objects/:hash/content', allow('read'), async (req, res) => {
    const asker = userOf(res);
    const object = await findReadable(app, asker, req.params.hash);
    const { sha256, size, mime } = object;
    const inline = isInline(mime) && req.query.download === undefined;
    const name = (await findFirstFileName(app.db, asker, object.id)) ?? sha256;
    // Texts are no inline type, and the viewer reads them.
    const act = inline || (object.mediaType === 'text' && req.query.download === undefined) ? 'view_bytes' : 'download';
    if (req.method === 'GET') await app.views.record(asker, act, [sha256]);
    await sendStored(app, req, res, {
      sha256,
      size,
      type: isInline(mime) ? mime : 'application/octet-stream',
      disposition: describeDisposition(name, { type: inline ? 'inline' : 'attachment' }),
    });
  });
  return router;
}
