import { type Db, listSessionUsers } from '@assay/db';
import { LRUCache } from 'lru-cache';
import { answerTogether } from './answer-together.ts';
import type { Auth, SignedIn } from './auth.ts';

const remembered = { max: 10_000, ttl: 10 * 60 * 1000 };

/**
 * Tells who a request comes from, by session cookie or bearer token. Which session a credential names is better-auth's
 * to say, signature and all, and never changes: it is remembered. Whether that session stands, and whose it is, the
 * database is asked for every request, in one query for all that come at once.
 */
export function signedInFinder(db: Db, auth: Auth): (headers: Headers) => Promise<SignedIn | undefined> {
  const sessions = new LRUCache<string, string>(remembered);
  const findUser = answerTogether(
    async (tokens: readonly string[]) => {
      const users = await listSessionUsers(db, [...new Set(tokens)]);
      return tokens.map((token) => users.get(token));
    },
    { most: 1000 },
  );

  return async (headers) => {
    const credentials = JSON.stringify([headers.get('authorization'), headers.get('cookie')]);
    const token = sessions.get(credentials);
    const known = token && (await findUser(token));
    if (known) return asSignedIn(known);
    sessions.delete(credentials);
    const found = await auth.api.getSession({ headers });
    if (!found) return undefined;
    sessions.set(credentials, found.session.token);
    return asSignedIn(found.user);
  };
}

const asSignedIn = (user: { id: string; name: string; username?: string | null | undefined }): SignedIn => ({
  id: user.id,
  name: user.name,
  username: user.username ?? user.name,
});
