import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import express, { type RequestHandler, Router } from 'express';
import type { App } from '../app.ts';
import { nonceOf } from './headers.ts';

// Paths of the API, which are never pages.
const apiPaths = /^\/(?:api|trpc|model|upload\/tus)(?:\/|$)|^\/objects\/[^/]+\/content$|^\/audit\/export$/;

/** The SPA's own files, and its page for every address that a browser may be sent to. */
export async function spaRoutes(app: App): Promise<Router> {
  const page = await readFile(join(app.config.webRoot, 'index.html'), 'utf8');
  const sendPage: RequestHandler = (_, res) => {
    res
      .type('html')
      .set('Cache-Control', 'no-store')
      .send(page.replaceAll('__CSP_NONCE__', nonceOf(res)));
  };

  const router = Router();
  router.get(['/', '/index.html'], sendPage);
  // Built files have their hash in their name.
  router.use('/assets', express.static(join(app.config.webRoot, 'assets'), { immutable: true, maxAge: '1y' }));
  router.use(express.static(app.config.webRoot, { index: false }));
  // Not a route for GET: that would answer OPTIONS in the place of those that come after it.
  router.use((req, res, next) => {
    const isRead = req.method === 'GET' || req.method === 'HEAD';
    const wantsPage = isRead && req.accepts(['json', 'html']) === 'html' && !apiPaths.test(req.path);
    if (wantsPage) sendPage(req, res, next);
    else next();
  });
  return router;
}
