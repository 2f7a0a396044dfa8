import { Router } from 'express';
import type { App } from '../app.ts';
import { checkReadiness } from '../services/check-readiness.ts';

export function healthRoutes(app: App): Router {
  const router = Router();
  router.get('/healthz', (_, res) => {
    res.json({ status: 'alive' });
  });
  router.get('/readyz', async (_, res) => {
    const readiness = await checkReadiness(app);
    res.status(readiness.ready ? 200 : 503).json(readiness);
  });
  return router;
}
