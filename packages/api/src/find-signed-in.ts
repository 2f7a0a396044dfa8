import { answerTogether, type Db, listKeyPeople, listSessionPeople, type Person } from '@assay/db';
import type { SecondFactorPolicy } from '@assay/shared';
import { defaultKeyHasher } from '@better-auth/api-key';
import { LRUCache } from 'lru-cache';
import type { Credentials } from './access.ts';
import type { Auth } from './auth.ts';

const remembered = { max: 10_000, ttl: 10 * 60 * 1000 };
/** Two at once: of requests that come together, the first is alone by a moment, and the others would wait for its answer. */
const together = { most: 1000, atOnce: 2 };

/**
 * Tells who a request comes from, by API key, session cookie or bearer token. What a credential names is better-auth's
 * to say, signature and all, and never changes. Whether that session or key stands, and whose it is, the database is
 * asked for every request, in one query for all that come at once.
 */
export function signedInFinder(
  db: Db,
  auth: Auth,
  policy: SecondFactorPolicy,
): (headers: Headers) => Promise<Credentials | undefined> {
  const sessions = new LRUCache<string, string>(remembered);
  const findBySession = answerTogether(async (tokens: readonly string[]) => {
    const people = await listSessionPeople(db, [...new Set(tokens)]);
    return tokens.map((token) => people.get(token));
  }, together);
  const findByKey = answerTogether(async (hashes: readonly string[]) => {
    const people = await listKeyPeople(db, [...new Set(hashes)]);
    return hashes.map((hash) => people.get(hash));
  }, together);

  return async (headers) => {
    // The second is the old system's.
    const key = headers.get('x-api-key') ?? headers.get('api_key');
    if (key !== null) return findByKey(await defaultKeyHasher(key));

    const credentials = JSON.stringify([headers.get('authorization'), headers.get('cookie')]);
    const token = sessions.get(credentials) ?? (await auth.api.getSession({ headers }))?.session.token;
    if (token === undefined) return undefined;
    const person = await findBySession(token);
    if (!person) {
      sessions.delete(credentials);
      return undefined;
    }
    sessions.set(credentials, token);
    const { sessionId, ...rest } = person;
    return { ...rest, mustEnrol: mustHave(policy, rest), session: { id: sessionId, token } };
  };
}

/** Who has no password here signs in at a provider, which asks for a second factor or not. */
const mustHave = (
  policy: SecondFactorPolicy,
  { role, hasPassword, hasSecondFactor }: Pick<Person, 'role' | 'hasPassword' | 'hasSecondFactor'>,
) =>
  hasPassword &&
  !hasSecondFactor &&
  (policy === 'everybody' || (policy === 'administrators' && role === 'administrator'));
