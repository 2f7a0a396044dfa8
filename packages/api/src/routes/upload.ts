import { Router } from 'express';
import type { App } from '../app.ts';
import { readUpload } from '../services/read-upload.ts';
import { storeUpload } from '../services/store-upload.ts';
import { allow, userOf } from './guard.ts';

export function uploadRoutes(app: App): Router {
  const router = Router();
  router.post('/model/predict', allow('upload'), async (req, res) => {
    const arrived = app.arrivals.expect();
    try {
      const user = userOf(res);
      const upload = await readUpload(app, user, req);
      res.status(202).json(await storeUpload(app, user, upload, arrived));
    } finally {
      arrived();
    }
  });
  return router;
}
