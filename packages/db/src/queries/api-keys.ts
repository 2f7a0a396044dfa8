import type { KeyScope } from '@assay/shared';
import { and, desc, eq, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { apikey } from '../schema/auth.ts';
import { apiKeyCases } from '../schema/case.ts';
import { readScopes } from './credentials.ts';
import { casesOf } from './visibility.ts';

export interface ApiKeyRow {
  id: string;
  name: string;
  /** Its first characters. */
  start: string;
  scopes: KeyScope[];
  createdAt: Date;
  /** Null: never. */
  endsAt: Date | null;
  lastUsedAt: Date | null;
  isRevoked: boolean;
  /** The only cases it is good for, those that its owner can't see any more without a name; empty: all of its owner's. */
  cases: { id: string; name: string | null }[];
}

/** Every key that this person made, the newest first. */
export async function listApiKeysOf(db: Db, userId: string): Promise<ApiKeyRow[]> {
  const [rows, bound] = await Promise.all([
    db.select().from(apikey).where(eq(apikey.referenceId, userId)).orderBy(desc(apikey.createdAt)),
    db.execute<{ keyId: string; id: string; name: string | null }>(sql`
      select k.key_id as "keyId", k.case_id as id,
        (select c.name from cases c where c.id = k.case_id and c.id in ${casesOf({ id: userId }, 'see')}) as name
      from api_key_cases k join apikey on apikey.id = k.key_id where apikey.reference_id = ${userId} order by name, id`),
  ]);
  const casesOfKey = Map.groupBy(bound, ({ keyId }) => keyId);
  return rows.map((row) => ({
    id: row.id,
    name: row.name ?? '',
    start: row.start ?? '',
    scopes: readScopes(row.permissions),
    createdAt: row.createdAt,
    endsAt: row.endsAt,
    lastUsedAt: row.lastRequest,
    isRevoked: !row.enabled,
    cases: (casesOfKey.get(row.id) ?? []).map(({ id, name }) => ({ id, name })),
  }));
}

/** Makes the key good for these cases only. */
export async function bindApiKey(tx: Db, keyId: string, caseIds: string[]): Promise<void> {
  await tx.insert(apiKeyCases).values(caseIds.map((caseId) => ({ keyId, caseId })));
}

export async function setApiKeyEnd(db: Db, id: string, endsAt: Date): Promise<void> {
  await db.update(apikey).set({ endsAt }).where(eq(apikey.id, id));
}

/** The name that it had; undefined: this person has no such key. */
export async function revokeApiKey(db: Db, userId: string, id: string): Promise<{ name: string | null } | undefined> {
  const [revoked] = await db
    .update(apikey)
    .set({ enabled: false, updatedAt: new Date() })
    .where(and(eq(apikey.id, id), eq(apikey.referenceId, userId)))
    .returning({ name: apikey.name });
  return revoked;
}
