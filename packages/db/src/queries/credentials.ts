import type { KeyScope, Role } from '@assay/shared';
import { sql } from 'drizzle-orm';
import { type Db, planned } from '../client.ts';

/** A person who may come in at the moment. */
export type Person = {
  id: string;
  name: string;
  username: string;
  role: Role;
  hasSecondFactor: boolean;
  /** Otherwise they sign in at a provider only. */
  hasPassword: boolean;
};

const person = sql.raw(
  `"user".id, "user".name, coalesce("user".username, "user".name) as username, "user".role, "user".two_factor_enabled as "hasSecondFactor", exists (select from account where account.user_id = "user".id
    and account.provider_id = 'credential') as "hasPassword"`,
);

/** The people behind sessions that stand now, by the session's token. */
export async function listSessionPeople(db: Db, tokens: readonly string[]) {
  const rows = await db.execute<{ token: string; sessionId: string } & Person>(
    planned(sql`select session.token, session.id as "sessionId", ${person}
      from session join "user" on "user".id = session.user_id
      where session.expires_at > now() and not "user".disabled
        and session.token in (select jsonb_array_elements_text(${JSON.stringify(tokens)}::jsonb))`),
  );
  return new Map(rows.map(({ token, ...found }) => [token, found]));
}

/** The keys that are good now, with whose they are, by the key's hash. Puts down that they were used, to the minute. */
export async function listKeyPeople(db: Db, hashes: readonly string[]) {
  const rows = await db.execute<
    { hash: string; keyId: string; keyName: string; permissions: string; unseen: boolean; cases: string[] } & Person
  >(
    planned(sql`select apikey.key as hash, apikey.id as "keyId", apikey.name as "keyName", apikey.permissions,
        coalesce(apikey.last_request < now() - interval '1 minute', true) as unseen,
        array(select case_id::text from api_key_cases where key_id = apikey.id) as cases, ${person}
      from apikey join "user" on "user".id = apikey.reference_id
      where apikey.enabled and coalesce(apikey.ends_at > now(), true) and not "user".disabled
        and apikey.key in (select jsonb_array_elements_text(${JSON.stringify(hashes)}::jsonb))`),
  );
  const unseen = rows.filter((row) => row.unseen).map(({ keyId }) => keyId);
  if (unseen.length > 0)
    await db.execute(
      planned(sql`update apikey set last_request = now()
        where id in (select jsonb_array_elements_text(${JSON.stringify(unseen)}::jsonb))`),
    );
  return new Map(
    rows.map(({ hash, keyId, keyName, permissions, unseen: _, cases, ...owner }) => [
      hash,
      {
        ...owner,
        ...(cases.length > 0 && { cases }),
        key: { id: keyId, name: keyName, scopes: readScopes(permissions) },
      },
    ]),
  );
}

/** As better-auth keeps them. */
export const readScopes = (permissions: string | null): KeyScope[] => JSON.parse(permissions ?? '{}').assay ?? [];
