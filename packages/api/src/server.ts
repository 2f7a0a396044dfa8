import express, { type Express } from 'express';
import type { App } from './app.ts';
import { auditExportRoutes } from './routes/audit-export.ts';
import { authRoutes } from './routes/auth.ts';
import { handleErrors, refuseUnknownRoutes } from './routes/errors.ts';
import { requireUser } from './routes/guard.ts';
import { logRequests, setSafeHeaders } from './routes/headers.ts';
import { healthRoutes } from './routes/health.ts';
import { knownObjectsRoutes } from './routes/known-objects.ts';
import { legacyRoutes } from './routes/legacy.ts';
import { objectBytesRoutes } from './routes/object-bytes.ts';
import { objectsExportRoutes } from './routes/objects-export.ts';
import { previewRoutes } from './routes/previews.ts';
import { providerRoutes } from './routes/provider.ts';
import { registerModelRoutes } from './routes/register-model.ts';
import { spaRoutes } from './routes/spa.ts';
import { trpcRoutes } from './routes/trpc.ts';
import { tusRoutes } from './routes/tus.ts';
import { expectUploads, uploadRoutes } from './routes/upload.ts';

/** Everything that answers HTTP, in the order in which it is asked. */
export async function createServer(app: App): Promise<Express> {
  const server = express();
  server.disable('x-powered-by');
  server.set('trust proxy', app.config.trustedProxies);
  server.use(logRequests(app), setSafeHeaders);

  // Open to strangers.
  server.use(healthRoutes(app));
  server.use(authRoutes(app), providerRoutes(app));
  server.use(await spaRoutes(app));

  // Everything else is for people who are signed in.
  server.use(expectUploads(app), requireUser(app));
  server.use(
    uploadRoutes(app),
    tusRoutes(app),
    legacyRoutes(app),
    knownObjectsRoutes(app),
    registerModelRoutes(app),
    objectBytesRoutes(app),
    objectsExportRoutes(app),
    previewRoutes(app),
    auditExportRoutes(app),
    trpcRoutes(app),
  );
  server.use(refuseUnknownRoutes);
  server.use(handleErrors(app));
  return server;
}
