import type { Origin } from '@assay/db';
import { AppError, type Right } from '@assay/shared';
import { fromNodeHeaders } from 'better-auth/node';
import type { Request, RequestHandler, Response } from 'express';
import { requireRight, type SignedIn } from '../access.ts';
import type { App } from '../app.ts';

/** Lets only people who are signed in pass, before a byte of the body is read. */
export function requireUser(app: App): RequestHandler {
  return async (req, res, next) => {
    refuseForeignPages(req);
    const askAgain = () => app.findSignedIn(fromNodeHeaders(req.headers));
    const user = await askAgain();
    if (!user)
      throw new AppError(
        'not_signed_in',
        'Sign in first: POST /api/auth/sign-in/username, or send an API key as x-api-key',
      );
    app.openRequests.add(res, { asker: user, askAgain });
    res.locals.asker = { ...user, from: originOf(req) } satisfies SignedIn;
    next();
  };
}

/** Where a request comes from. */
export const originOf = (req: Request): Origin => ({
  address: req.ip ?? 'nowhere',
  agent: req.headers['user-agent'],
});

/** Lets only those pass who have the right. Every route names one: `userOf` knows nobody before. */
export function allow(right: Right): RequestHandler {
  return (_, res, next) => {
    requireRight(askerOf(res), right);
    res.locals.user = res.locals.asker;
    next();
  };
}

/** Whom `allow` let pass. */
export function userOf(res: Response): SignedIn {
  if (!res.locals.user) throw new Error('This route says of nobody that they may use it: allow() is missing');
  return res.locals.user;
}

/** Whom `requireUser` let pass: for tRPC, whose procedures ask for the right themselves. */
export const askerOf = (res: Response): SignedIn => res.locals.asker;

/** A page of another site must not act with this browser's session. */
function refuseForeignPages(req: Request): void {
  const { origin } = req.headers;
  if (!origin || ['GET', 'HEAD', 'OPTIONS'].includes(req.method)) return;
  if (!URL.canParse(origin) || new URL(origin).host !== req.headers.host)
    throw new AppError('not_allowed', 'Requests from pages of other sites are refused');
}
