import { createExpressMiddleware } from '@trpc/server/adapters/express';
import { fromNodeHeaders } from 'better-auth/node';
import { Router } from 'express';
import type { App } from '../app.ts';
import { appRouter } from '../router.ts';
import { askerOf } from './guard.ts';

export function trpcRoutes(app: App): Router {
  const router = Router();
  router.use(
    '/trpc',
    createExpressMiddleware({
      router: appRouter,
      maxBodySize: 4 * 2 ** 20,
      // A question that is too long for an address, such as a search for thousands of hashes, comes by POST.
      allowMethodOverride: true,
      createContext: ({ req, res }) => ({
        app,
        user: askerOf(res),
        reference: String(req.id),
        headers: fromNodeHeaders(req.headers),
      }),
      onError({ error, path, ctx }) {
        if (error.code === 'INTERNAL_SERVER_ERROR' && !error.cause?.name.startsWith('AppError'))
          app.log.error({ err: error.cause ?? error, path, reference: ctx?.reference }, 'procedure failed');
      },
    }),
  );
  return router;
}
