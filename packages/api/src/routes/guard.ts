import { AppError } from '@assay/shared';
import { fromNodeHeaders } from 'better-auth/node';
import type { Request, RequestHandler, Response } from 'express';
import type { App } from '../app.ts';
import type { SignedIn } from '../auth.ts';

/** Lets only people who are signed in pass, before a byte of the body is read. */
export function requireUser(app: App): RequestHandler {
  return async (req, res, next) => {
    refuseForeignPages(req);
    const user = await app.findSignedIn(fromNodeHeaders(req.headers));
    if (!user) throw new AppError('not_signed_in', 'Sign in first: POST /api/auth/sign-in/username');
    res.locals.user = user;
    next();
  };
}

/** The person that `requireUser` let pass. */
export const userOf = (res: Response): SignedIn => res.locals.user;

/** A page of another site must not act with this browser's session. */
function refuseForeignPages(req: Request): void {
  const { origin } = req.headers;
  if (!origin || ['GET', 'HEAD', 'OPTIONS'].includes(req.method)) return;
  if (!URL.canParse(origin) || new URL(origin).host !== req.headers.host)
    throw new AppError('not_allowed', 'Requests from pages of other sites are refused');
}
