import { AsyncLocalStorage } from 'node:async_hooks';
import type { Db, Origin } from '@assay/db';
import { AppError } from '@assay/shared';
import { APIError, getOAuthState } from 'better-auth/api';
import { genericOAuth } from 'better-auth/plugins';
import type { Logger } from 'pino';
import { z } from 'zod';
import { type Auth, createAuth } from '../auth.ts';
import type { ProviderConfig } from '../config.ts';
import { admitFromProvider } from './admit-from-provider.ts';

/** What better-auth calls it: in the address that the provider sends people back to, and with what it keeps of them. */
export const providerId = 'oidc';

/** Of the claims that it makes of somebody. */
const claimsSchema = z.looseObject({
  sub: z.string().min(1).max(255),
  email: z.email().max(300).optional().catch(undefined),
  email_verified: z.boolean().optional().catch(undefined),
  name: z.string().optional().catch(undefined),
  preferred_username: z.string().optional().catch(undefined),
});
export type Claims = z.infer<typeof claimsSchema>;

/** What somebody wants beside signing in; it is kept here while they are at the provider. */
const purposeSchema = z.object({
  /** The hash of the token of an invitation. */
  invitation: z.string().optional(),
  /** The id of who is signed in, and wants to sign in at the provider from now on. */
  linkTo: z.string().optional(),
});
export type Purpose = z.infer<typeof purposeSchema>;

/** Somebody who comes back from the provider. */
export interface Return {
  from: Origin;
  /** Who they are here, once that is known. */
  person?: { id: string; username: string } | undefined;
  /** They were signed in already, and wanted to link their account. */
  isLinking?: boolean;
  /** Why they have no account here. */
  refusal?: string;
}

const mostMilliseconds = 10_000;

/** The OpenID Connect provider that the operator names. It is asked what it is when it is first needed, and may be away until then. */
export class SignInProvider {
  readonly config: ProviderConfig;
  readonly #db: Db;
  readonly #secret: string;
  readonly #log: Logger;
  readonly #returning = new AsyncLocalStorage<Return>();
  #opened: Promise<Auth> | undefined;

  constructor(config: ProviderConfig, { db, secret, log }: { db: Db; secret: string; log: Logger }) {
    this.config = config;
    this.#db = db;
    this.#secret = secret;
    this.#log = log;
  }

  /** Throws `provider_away`. */
  async open(): Promise<Auth> {
    this.#opened ??= this.#begin();
    try {
      return await this.#opened;
    } catch (error) {
      this.#opened = undefined;
      throw error;
    }
  }

  /** better-auth's own work on a return, in which it is decided who comes in. */
  receive<T>(returning: Return, act: () => Promise<T>): Promise<T> {
    return this.#returning.run(returning, act);
  }

  async #begin(): Promise<Auth> {
    const { issuer, clientId, clientSecret } = this.config;
    const discoveryUrl = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    try {
      const answer = await fetch(discoveryUrl, { signal: AbortSignal.timeout(mostMilliseconds), redirect: 'error' });
      const said = z.object({ issuer: z.string() }).parse(await answer.json());
      if (said.issuer !== issuer) throw new Error(`It says that it is ${said.issuer}`);
    } catch (error) {
      throw this.#away(error);
    }
    const auth = createAuth(this.#db, this.#secret, {
      plugin: genericOAuth({
        config: [
          {
            ...{ providerId, discoveryUrl, clientId, clientSecret },
            scopes: ['openid', 'profile', 'email', ...this.config.scopes],
            requireIdTokenVerification: true,
            // Accounts are made by us, or not at all.
            disableSignUp: true,
            mapProfileToUser: (profile) => this.#admit(profile),
          },
        ],
      }),
      // Why nobody came in is for the operator to know; what came from outside with it, is not.
      warn: (message) => this.#log.warn({ provider: issuer }, message),
    });
    const { socialProviders } = await auth.$context;
    if (!socialProviders.some(({ id }) => id === providerId)) throw this.#away('It lacks an endpoint or a key');
    return auth;
  }

  #away(cause: unknown): AppError {
    const message = `${this.config.name} can’t be reached at present. Try again in a moment`;
    return new AppError('provider_away', message, { cause });
  }

  /** Gives better-auth an account to find, when there is one for these claims or may be made. */
  async #admit(profile: unknown) {
    const claims = claimsSchema.parse(profile);
    const returning = this.#returning.getStore();
    if (!returning) throw new Error('Nobody returns from the provider');
    const purpose = purposeSchema.parse((await getOAuthState()) ?? {});
    returning.isLinking = purpose.linkTo !== undefined;
    const admitted = await admitFromProvider(this.#db, this.config, { claims, purpose, from: returning.from });
    if ('refusal' in admitted) {
      returning.refusal = admitted.refusal;
      throw new APIError('FORBIDDEN', { code: admitted.refusal });
    }
    returning.person = admitted;
    // Whom it recognises by an address is not better-auth's to decide.
    return { email: `${claims.sub.toLowerCase()}@provider.invalid`, emailVerified: false };
  }
}
