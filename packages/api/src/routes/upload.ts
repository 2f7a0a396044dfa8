import { type RequestHandler, Router } from 'express';
import type { App } from '../app.ts';
import { readUpload } from '../services/read-upload.ts';
import { storeUpload } from '../services/store-upload.ts';
import { allow, userOf } from './guard.ts';

const path = '/model/predict';

/** Before it is known whose an upload is: others that are about to be recorded may wait for it. */
export function expectUploads(app: App): RequestHandler {
  return (req, res, next) => {
    if (req.method === 'POST' && req.path === path) {
      res.locals.arrived = app.arrivals.expect();
      res.once('close', res.locals.arrived);
    }
    next();
  };
}

export function uploadRoutes(app: App): Router {
  const router = Router();
  router.post(path, allow('upload'), async (req, res) => {
    const user = userOf(res);
    const upload = await readUpload(app, user, req);
    res.status(202).json(await storeUpload(app, user, upload, res.locals.arrived));
  });
  return router;
}
