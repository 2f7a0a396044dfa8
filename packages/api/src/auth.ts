import { createHmac, timingSafeEqual } from 'node:crypto';
import { authSchema, createFirst, type Db } from '@assay/db';
import { passwordLength, usernameSchema } from '@assay/shared';
import { betterAuth } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { bearer, username } from 'better-auth/plugins';

export type Auth = ReturnType<typeof createAuth>;

/** The header that tells better-auth who is at the other end; the server sets it, whatever the client sent. */
export const clientAddressHeader = 'x-client-ip';

export function createAuth(db: Db, secret: string) {
  return betterAuth({
    secret,
    // No link or redirect is ever made from it: whatever name the server is reached by is right.
    baseURL: { allowedHosts: ['*'] },
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
      // Without the signature, a token read from the database would be a key to the house.
      bearer({ requireSignature: true }),
    ],
    // A browser's own address is the only one it may sign in from; there is no other client with cookies.
    trustedOrigins: (request) => (request ? [new URL(request.url).origin] : []),
    rateLimit: { enabled: true, customRules: { '/sign-in/username': { window: 10, max: 100 } } },
    advanced: { ipAddress: { ipAddressHeaders: [clientAddressHeader] } },
    telemetry: { enabled: false },
  });
}

/** A person who is signed in. Roles come here. */
export interface SignedIn {
  id: string;
  username: string;
  name: string;
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

/** Creates the first person. Returns false, and creates nobody, when there is somebody already. */
export function createFirstUser(
  db: Db,
  auth: Auth,
  person: { username: string; password: string; name?: string | undefined },
): Promise<boolean> {
  return createFirst(db, async () => {
    const { internalAdapter, password } = await auth.$context;
    const created = await internalAdapter.createUser(
      {
        // better-auth wants an address; nothing is ever sent to it.
        email: `${person.username.toLowerCase()}@assay.invalid`,
        emailVerified: true,
        name: person.name || person.username,
        username: person.username.toLowerCase(),
        displayUsername: person.username,
      },
      { method: 'credential' },
    );
    await internalAdapter.linkAccount({
      userId: created.id,
      accountId: created.id,
      providerId: 'credential',
      password: await password.hash(person.password),
    });
  });
}
