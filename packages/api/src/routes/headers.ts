import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';
import { pinoHttp } from 'pino-http';
import type { App } from '../app.ts';

/** A line in the log for each request: method, path, status, time; never headers, bodies or query values. */
export function logRequests(app: App): RequestHandler {
  return pinoHttp({
    logger: app.log,
    genReqId: () => randomUUID().slice(-12),
    customLogLevel: (req, res) => {
      // "Not yet" is no error, and it is asked often.
      if (res.statusCode < 400 || req.url === '/readyz') return 'debug';
      return res.statusCode >= 500 ? 'error' : 'info';
    },
    serializers: {
      req: (req) => ({ id: req.id, method: req.method, path: req.url.split('?')[0] }),
      res: (res) => ({ status: res.statusCode }),
    },
  });
}

/** The page's own styles carry this; it is new for every answer. */
export const nonceOf = (res: Response): string => res.locals.nonce;

const policy = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      'default-src': ["'self'"],
      'script-src': ["'self'", "'wasm-unsafe-eval'"],
      'style-src': ["'self'", (_req, res) => `'nonce-${nonceOf(res as Response)}'`],
      'img-src': ["'self'", 'data:', 'blob:'],
      'media-src': ["'self'", 'blob:'],
      'font-src': ["'self'"],
      'connect-src': ["'self'"],
      'worker-src': ["'self'"],
      'object-src': ["'none'"],
      'base-uri': ["'none'"],
      'form-action': ["'self'"],
      'frame-ancestors': ["'none'"],
    },
  },
  referrerPolicy: { policy: 'no-referrer' },
  // Assay itself speaks plain HTTP: only where a proxy adds TLS.
  strictTransportSecurity: false,
});

/** Whether the browser speaks TLS, to a proxy before us. A client that only says so can spoil its own sign-in, no more. */
export const isSecure = (req: Request): boolean => req.get('x-forwarded-proto') === 'https';

const oneYear = 365 * 24 * 60 * 60;

export const setSafeHeaders: RequestHandler = (req, res, next) => {
  res.locals.nonce = randomUUID();
  // Over plain HTTP browsers pay no heed to it.
  if (isSecure(req)) res.setHeader('strict-transport-security', `max-age=${oneYear}`);
  policy(req, res, next);
};
