import { AppError, passwordSchema, usernameSchema } from '@assay/shared';
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node';
import express, { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import type { App } from '../app.ts';
import { clientAddressHeader } from '../auth.ts';
import { setUpFirstUser } from '../services/set-up.ts';
import { requireUser } from './guard.ts';

const setUpSchema = z.object({
  token: z.string(),
  username: usernameSchema,
  password: passwordSchema,
  name: z.string().max(200).optional(),
});

/** Sign-in and set-up are open to strangers; better-auth's other routes are for people who are signed in. */
export function authRoutes(app: App): Router {
  const router = Router();
  const betterAuth = toNodeHandler(app.auth);
  const handOver: RequestHandler = async (req, res) => {
    req.headers[clientAddressHeader] = req.ip;
    await betterAuth(req, res);
  };

  router.post('/api/auth/sign-in/username', handOver);

  router.post('/api/auth/set-up', express.json(), async (req, res) => {
    const body = setUpSchema.safeParse(req.body);
    if (!body.success)
      throw new AppError('invalid_request', 'The first account can’t be made from this', {
        details: body.error.issues.map((issue) => ({
          code: 'invalid_request',
          field: issue.path.join('.'),
          message: issue.message,
        })),
      });
    const answer = await setUpFirstUser(app, body.data, fromNodeHeaders(req.headers));
    res
      .status(answer.status)
      .setHeaders(answer.headers)
      .send(await answer.text());
  });

  router.all('/api/auth/{*any}', requireUser(app), handOver);
  return router;
}
