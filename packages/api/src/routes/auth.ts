import { endSessionsOf, findNamed, recordActs } from '@assay/db';
import { AppError, linkTokenSchema, passwordSchema, personNameSchema, usernameSchema } from '@assay/shared';
import { fromNodeHeaders } from 'better-auth/node';
import express, { type Response as HttpResponse, type Request, type RequestHandler, Router } from 'express';
import { z } from 'zod';
import type { App } from '../app.ts';
import { type Auth, clientAddressHeader, hashPassword } from '../auth.ts';
import { acceptInvitation, choosePassword, readLink } from '../services/account-links.ts';
import { beginGuess } from '../services/guesses.ts';
import { recordCode, recordSignIn } from '../services/record-sign-in.ts';
import { setUpFirstUser } from '../services/set-up.ts';
import { allow, originOf, requireUser, userOf } from './guard.ts';
import { isSecure } from './headers.ts';
import { readJson } from './read-json.ts';

const signInSchema = z.looseObject({ username: z.string().max(1000) });
const linkSchema = z.object({ token: linkTokenSchema });
const setUpSchema = linkSchema.extend({
  username: usernameSchema,
  password: passwordSchema,
  name: personNameSchema.default(''),
});
const codeSchema = z.object({ code: z.string().trim().min(1).max(100) });
const choiceSchema = linkSchema.extend({ password: passwordSchema });

// Anything else could come from a page of another site without the browser asking us first.
const needJson: RequestHandler = (req, _, next) => {
  if (req.is('application/json') === false) throw new AppError('unsupported_content_type', 'Send application/json');
  next();
};
export const readBody: RequestHandler[] = [needJson, express.json({ limit: '64kb' })];

/** Those of better-auth's routes that are used, and ours for links: what it has besides can't be reached. */
export function authRoutes(app: App): Router {
  const router = Router();

  router.post('/api/auth/sign-in/username', ...readBody, async (req, res) => {
    const { username } = readJson(signInSchema, req.body);
    const from = originOf(req);
    const guess = await beginGuess(app, username, from);
    await standIn(app, username);
    const answer = await askBetterAuth(app, req);
    if (answer.ok) await guess.wasRight();
    await recordSignIn(app, { username, from }, answer);
    await reply(req, res, answer);
  });

  router.post('/api/auth/set-up', ...readBody, async (req, res) => {
    const person = readJson(setUpSchema, req.body);
    await setUpFirstUser(app, person, originOf(req));
    await signIn(app, person, req, res);
  });

  router.post('/api/auth/link', ...readBody, async (req, res) => {
    res.json(await readLink(app, readJson(linkSchema, req.body).token));
  });

  router.post('/api/auth/accept-invitation', ...readBody, async (req, res) => {
    const person = readJson(setUpSchema, req.body);
    await acceptInvitation(app, person, originOf(req));
    await signIn(app, person, req, res);
  });

  router.post('/api/auth/choose-password', ...readBody, async (req, res) => {
    const { token, password } = readJson(choiceSchema, req.body);
    const username = await choosePassword(app, { token, password }, originOf(req));
    await signIn(app, { username, password }, req, res);
  });

  // Of who has given the password, and of who sets a second factor up.
  for (const kind of ['totp', 'backup-code'] as const)
    router.post(`/api/auth/two-factor/verify-${kind}`, ...readBody, async (req, res) => {
      // Nothing else: it would let a browser go without the second factor later.
      req.body = readJson(codeSchema, req.body);
      const asker = await app.findSignedIn(fromNodeHeaders(req.headers));
      const answer = await askBetterAuth(app, req);
      await recordCode(app, { kind, asker, cookie: req.headers.cookie, from: originOf(req) }, answer);
      await reply(req, res, answer);
    });

  router.post('/api/auth/sign-out', requireUser(app), allow('account'), ...readBody, async (req, res) => {
    const user = userOf(res);
    await app.db.transaction(async (tx) => {
      await endSessionsOf(tx, user.id, { only: user.session?.id ?? '' });
      await recordActs(tx, [{ by: user, act: 'sign_out', subject: { kind: 'person', id: user.id } }]);
    });
    // It clears the cookies.
    await reply(req, res, await askBetterAuth(app, req));
  });
  return router;
}

/** For who has no password better-auth looks at none, and its time would tell. */
async function standIn(app: App, username: string): Promise<void> {
  if ((await findNamed(app.db, username))?.hasPassword === false)
    await hashPassword(app.auth, 'in the place of another');
}

/** The headers of a request, with who is at the other end for better-auth. */
function markAddress(req: Request): Headers {
  const headers = fromNodeHeaders(req.headers);
  headers.set(clientAddressHeader, originOf(req).address);
  return headers;
}

/** Its routes, with all that guards them. */
const askBetterAuth = (app: App, req: Request) => ask(app.auth, req, { body: req.body ?? {} });

/** The same, of what is not asked for as it came. */
export function ask(auth: Auth, req: Request, { path = req.originalUrl, body }: { path?: string; body?: object }) {
  const url = new URL(path, `${isSecure(req) ? 'https' : 'http'}://${req.get('host')}`);
  const headers = markAddress(req);
  // The body was read, and is written anew.
  for (const name of ['content-length', 'transfer-encoding']) headers.delete(name);
  return auth.handler(new Request(url, { method: req.method, headers, body: body ? JSON.stringify(body) : null }));
}

async function signIn(app: App, person: { username: string; password: string }, req: Request, res: HttpResponse) {
  const { username, password } = person;
  const headers = markAddress(req);
  const answer = await app.auth.api.signInUsername({ body: { username, password }, headers, asResponse: true });
  await recordSignIn(app, { username, from: originOf(req) }, answer);
  await reply(req, res, answer);
}

export async function reply(req: Request, res: HttpResponse, answer: Response): Promise<void> {
  const cookies = answer.headers.getSetCookie();
  res.status(answer.status).setHeaders(answer.headers);
  if (cookies.length > 0)
    res.setHeader('set-cookie', isSecure(req) ? cookies.map((cookie) => `${cookie}; Secure`) : cookies);
  res.send(await answer.text());
}
