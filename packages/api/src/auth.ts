import { createHmac, timingSafeEqual } from 'node:crypto';
import { authSchema, type Db, insertFirstPerson, type Origin } from '@assay/db';
import { passwordLength, type Role, usernameSchema } from '@assay/shared';
import { apiKey } from '@better-auth/api-key';
import { betterAuth } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { admin, bearer, genericOAuth, twoFactor, username } from 'better-auth/plugins';
import { v7 as uuidv7 } from 'uuid';

export type Auth = ReturnType<typeof createAuth>;

/** The header that tells better-auth who is at the other end; the server sets it, whatever the client sent. */
export const clientAddressHeader = 'x-client-ip';

// Against floods, of an address that a whole office may share; who guesses is stopped sooner, by services/guesses.ts and
// by the limits of a second factor.
const often = { window: 10, max: 100 };

/** Where people can sign in besides, and who hears why that did not work. */
interface Elsewhere {
  plugin: ReturnType<typeof genericOAuth>;
  warn(message: string): void;
}

export function createAuth(db: Db, secret: string, elsewhere?: Elsewhere) {
  return betterAuth({
    secret,
    // Whatever name the server is reached by is right: a provider sends people back only to those that it was told.
    baseURL: { allowedHosts: ['*'], fallback: 'http://assay.invalid' },
    basePath: '/api/auth',
    database: drizzleAdapter(db, { provider: 'pg', schema: authSchema }),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: passwordLength.min,
      maxPasswordLength: passwordLength.max,
    },
    plugins: [
      username({
        minUsernameLength: 2,
        maxUsernameLength: 64,
        usernameValidator: (name) => usernameSchema.safeParse(name).success,
      }),
      // Of it we use that nobody who is disabled signs in. What administrators do is in services/people.
      admin({
        defaultRole: 'investigator' satisfies Role,
        schema: { user: { fields: { banned: 'disabled' } } },
        bannedUserMessage: 'This account is disabled. Ask an administrator',
      }),
      // It makes keys and hashes them; find-signed-in.ts asks for them.
      apiKey({
        defaultPrefix: 'assay_',
        startingCharactersConfig: { shouldStore: true, charactersLength: 12 },
        maximumNameLength: 200,
        rateLimit: { enabled: false },
      }),
      // Before bearer, which gives out the session that this one takes back.
      twoFactor({ issuer: 'Assay' }),
      elsewhere?.plugin ?? genericOAuth({ config: [] }),
      // Without the signature, a token read from the database would be a key to the house.
      bearer({ requireSignature: true }),
    ],
    // A browser's own address is the only one it may sign in from; there is no other client with cookies.
    trustedOrigins: (request) => (request ? [new URL(request.url).origin] : []),
    rateLimit: {
      enabled: true,
      storage: 'database',
      customRules: { '/sign-in/*': often, '/two-factor/*': often, '/callback/*': often },
    },
    // What the provider lets its clients do is nothing that Assay needs, so none of its tokens is kept.
    account: { updateAccountOnSignIn: false, accountLinking: { disableImplicitLinking: true } },
    onAPIError: { errorURL: '/sign-in' },
    advanced: { ipAddress: { ipAddressHeaders: [clientAddressHeader] } },
    telemetry: { enabled: false },
    // A wrong password is no fault of ours.
    logger: { level: 'error', ...(elsewhere && { log: (_, message) => elsewhere.warn(message) }) },
  });
}

/**
 * The token of the one-time set-up link: the same in every process that has the secret, and of no
 * use once there is anybody who can sign in.
 */
export function setUpToken(secret: string): string {
  return createHmac('sha256', secret).update('assay set-up link').digest('base64url');
}

export function isSetUpToken(secret: string, token: string): boolean {
  const [given, right] = [token, setUpToken(secret)].map((text) => createHmac('sha256', secret).update(text).digest());
  return given !== undefined && right !== undefined && timingSafeEqual(given, right);
}

/** As better-auth keeps it. */
export async function hashPassword(auth: Auth, password: string): Promise<string> {
  return (await auth.$context).password.hash(password);
}

export async function isPasswordOf(auth: Auth, userId: string, password: string): Promise<boolean> {
  const { internalAdapter, password: hasher } = await auth.$context;
  const accounts = await internalAdapter.findAccounts(userId);
  const hash = accounts.find(({ providerId }) => providerId === 'credential')?.password;
  return typeof hash === 'string' && hasher.verify({ hash, password });
}

/** Creates the first person, an administrator. Returns false, and creates nobody, when there is somebody already. */
export function createFirstUser(
  db: Db,
  auth: Auth,
  person: { username: string; password: string; name?: string | undefined },
  from?: Origin,
): Promise<boolean> {
  const { username, name = '' } = person;
  const make = async () => ({
    id: uuidv7(),
    username,
    name,
    role: 'administrator' as const,
    passwordHash: await hashPassword(auth, person.password),
  });
  return insertFirstPerson(db, make, from);
}
