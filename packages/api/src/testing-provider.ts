import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export interface TestProvider {
  /** What Assay has to know of it. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Answers from now on, for the Assay at this address; until then it is away. */
  serve(assay: string): void;
  close(): void;
}

/** A real OpenID Connect provider. By what somebody types there as their name (any password will do): what it says of them. */
export async function startProvider(people: Record<string, Record<string, unknown>>): Promise<TestProvider> {
  let answer: ReturnType<Provider['callback']> | undefined;
  const http = createServer((req, res) => void (answer ? answer(req, res) : res.writeHead(503).end()));
  await once(http.listen(0, '127.0.0.1'), 'listening');
  const issuer = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const client = { clientId: 'assay', clientSecret: 'a secret between the two' };
  return {
    issuer,
    ...client,
    serve(assay) {
      answer = new Provider(issuer, {
        clients: [
          {
            client_id: client.clientId,
            client_secret: client.clientSecret,
            redirect_uris: [`${assay}/api/auth/callback/oidc`],
          },
        ],
        scopes: ['openid', 'email', 'profile', 'groups'],
        claims: {
          openid: ['sub'],
          email: ['email', 'email_verified'],
          profile: ['name', 'preferred_username'],
          groups: ['groups'],
        },
        cookies: { keys: ['of the test'] },
        findAccount: (_, sub) => ({ accountId: sub, claims: async () => ({ sub, ...people[sub] }) }),
      }).callback();
    },
    close() {
      http.closeAllConnections();
      http.close();
    },
  };
}
