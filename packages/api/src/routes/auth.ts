import { AppError, passwordSchema, usernameSchema } from '@assay/shared';
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node';
import express, { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import type { App } from '../app.ts';
import { clientAddressHeader } from '../auth.ts';
import { setUpFirstUser } from '../services/set-up.ts';
import { requireUser } from './guard.ts';
import { readJson } from './read-json.ts';

const setUpSchema = z.object({
  token: z.string(),
  username: usernameSchema,
  password: passwordSchema,
  name: z.string().max(200).optional(),
});

// Anything else could come from a page of another site without the browser asking us first.
const needJson: RequestHandler = (req, _, next) => {
  if (req.is('application/json') === false) throw new AppError('unsupported_content_type', 'Send application/json');
  next();
};
const readBody: RequestHandler[] = [needJson, express.json({ limit: '64kb' })];

/** Sign-in and set-up are open to strangers; better-auth's other routes are for people who are signed in. */
export function authRoutes(app: App): Router {
  const router = Router();
  const betterAuth = toNodeHandler(app.auth);
  const handOver: RequestHandler = async (req, res) => {
    req.headers[clientAddressHeader] = req.ip;
    await betterAuth(req, res);
  };

  router.post('/api/auth/sign-in/username', ...readBody, handOver);

  router.post('/api/auth/set-up', ...readBody, async (req, res) => {
    const person = readJson(setUpSchema, req.body);
    const answer = await setUpFirstUser(app, person, fromNodeHeaders(req.headers));
    res
      .status(answer.status)
      .setHeaders(answer.headers)
      .send(await answer.text());
  });

  router.all('/api/auth/{*any}', requireUser(app), ...readBody, handOver);
  return router;
}
