import { AppError, linkTokenSchema, passwordSchema, personNameSchema, usernameSchema } from '@assay/shared';
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node';
import express, { type Response as HttpResponse, type Request, type RequestHandler, Router } from 'express';
import { z } from 'zod';
import type { App } from '../app.ts';
import { clientAddressHeader } from '../auth.ts';
import { acceptInvitation, choosePassword, readLink } from '../services/account-links.ts';
import { beginGuess } from '../services/guesses.ts';
import { setUpFirstUser } from '../services/set-up.ts';
import { allow, requireUser } from './guard.ts';
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
const readBody: RequestHandler[] = [needJson, express.json({ limit: '64kb' })];

/** Those of better-auth's routes that are used, and ours for links: what it has besides can't be reached. */
export function authRoutes(app: App): Router {
  const router = Router();
  const betterAuth = toNodeHandler(app.auth);

  router.post('/api/auth/sign-in/username', ...readBody, async (req, res) => {
    const { username } = readJson(signInSchema, req.body);
    const guess = await beginGuess(app, username, addressOf(req));
    markAddress(req);
    await betterAuth(req, res);
    if (res.statusCode === 200) await guess.wasRight();
  });

  router.post('/api/auth/set-up', ...readBody, async (req, res) => {
    const person = readJson(setUpSchema, req.body);
    await reply(res, await setUpFirstUser(app, person, markAddress(req)));
  });

  router.post('/api/auth/link', ...readBody, async (req, res) => {
    res.json(await readLink(app, readJson(linkSchema, req.body).token));
  });

  router.post('/api/auth/accept-invitation', ...readBody, async (req, res) => {
    const person = readJson(setUpSchema, req.body);
    await acceptInvitation(app, person);
    await reply(res, await signIn(app, person, markAddress(req)));
  });

  router.post('/api/auth/choose-password', ...readBody, async (req, res) => {
    const { token, password } = readJson(choiceSchema, req.body);
    const username = await choosePassword(app, { token, password });
    await reply(res, await signIn(app, { username, password }, markAddress(req)));
  });

  // Of who has given the password, and of who sets a second factor up.
  for (const kind of ['totp', 'backup-code'])
    router.post(`/api/auth/two-factor/verify-${kind}`, ...readBody, async (req, res) => {
      // Nothing else: it would let a browser go without the second factor later.
      req.body = readJson(codeSchema, req.body);
      markAddress(req);
      await betterAuth(req, res);
    });

  router.post('/api/auth/sign-out', requireUser(app), allow('account'), ...readBody, async (req, res) => {
    markAddress(req);
    await betterAuth(req, res);
  });
  return router;
}

const addressOf = (req: Request) => req.ip ?? 'nowhere';

/** Says to better-auth who is at the other end. */
function markAddress(req: Request): Headers {
  req.headers[clientAddressHeader] = addressOf(req);
  return fromNodeHeaders(req.headers);
}

const signIn = (app: App, { username, password }: { username: string; password: string }, headers: Headers) =>
  app.auth.api.signInUsername({ body: { username, password }, headers, asResponse: true });

async function reply(res: HttpResponse, answer: Response): Promise<void> {
  res
    .status(answer.status)
    .setHeaders(answer.headers)
    .send(await answer.text());
}
