import { AppError, linkTokenSchema } from '@assay/shared';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import type { App } from '../app.ts';
import { hashToken } from '../services/account-links.ts';
import { recordReturn } from '../services/record-sign-in.ts';
import { type Purpose, providerId, type Return, type SignInProvider } from '../services/sign-in-provider.ts';
import { ask, readBody, reply } from './auth.ts';
import { allow, originOf, requireUser, userOf } from './guard.ts';
import { readJson } from './read-json.ts';

/** A path of ours: nobody is sent elsewhere after signing in. */
const pathSchema = z
  .string()
  .max(2000)
  .regex(/^\/(?![/\\])[^\\\s]*$/, 'must be a path of Assay')
  .default('/');
const comingSchema = z.object({ redirect: pathSchema, invitation: linkTokenSchema.optional() });
const linkingSchema = z.object({ redirect: pathSchema });

/** Where who comes back refused is told why. */
const signInPage = '/sign-in';
const accountPage = '/account';

/** Signing in at an OpenID Connect provider, where the operator names one. */
export function providerRoutes(app: App): Router {
  const router = Router();

  router.get('/api/auth/provider', (_, res) => void res.json({ name: app.provider?.config.name ?? null }));

  router.post('/api/auth/sign-in/provider', ...readBody, async (req, res) => {
    const { redirect, invitation } = readJson(comingSchema, req.body);
    const purpose = invitation === undefined ? {} : { invitation: hashToken(invitation) };
    await sendThere(needProvider(app), { req, res }, { redirect, purpose });
  });

  router.post('/api/auth/link-provider', requireUser(app), allow('account'), ...readBody, async (req, res) => {
    const { redirect } = readJson(linkingSchema, req.body);
    await sendThere(needProvider(app), { req, res }, { redirect, purpose: { linkTo: userOf(res).id } });
  });

  router.get(`/api/auth/callback/${providerId}`, async (req, res) => {
    const provider = needProvider(app);
    const returning: Return = { from: originOf(req) };
    const auth = await provider.open();
    const answer = await provider.receive(returning, () => ask(auth, req, {}));
    const code = await recordReturn(app, returning, answer);
    if (code) {
      // A refusal of the provider's own is sent to where better-auth was told; one of ours was decided before that.
      const isLinking = returning.isLinking || answer.headers.get('location')?.startsWith(`${accountPage}?`);
      return res.redirect(`${isLinking ? accountPage : signInPage}?${new URLSearchParams({ error: code })}`);
    }
    // It is for programs that sign in by themselves.
    answer.headers.delete('set-auth-token');
    await reply(req, res, answer);
  });
  return router;
}

function needProvider({ provider }: App): SignInProvider {
  if (!provider) throw new AppError('no_provider', 'Nobody signs in elsewhere here: sign in with your password');
  return provider;
}

/** Answers with the address at the provider that the browser goes to. */
async function sendThere(
  provider: SignInProvider,
  { req, res }: { req: Request; res: Response },
  { redirect, purpose }: { redirect: string; purpose: Purpose },
): Promise<void> {
  const auth = await provider.open();
  const body = {
    provider: providerId,
    callbackURL: redirect,
    errorCallbackURL: purpose.linkTo === undefined ? signInPage : accountPage,
    disableRedirect: true,
    additionalData: purpose,
  };
  await reply(req, res, await ask(auth, req, { path: '/api/auth/sign-in/social', body }));
}
