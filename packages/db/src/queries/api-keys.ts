import type { KeyScope } from '@assay/shared';
import { and, desc, eq } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { apikey } from '../schema/auth.ts';
import { readScopes } from './credentials.ts';

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
}

/** Every key that this person made, the newest first. */
export async function listApiKeysOf(db: Db, userId: string): Promise<ApiKeyRow[]> {
  const rows = await db.select().from(apikey).where(eq(apikey.referenceId, userId)).orderBy(desc(apikey.createdAt));
  return rows.map((row) => ({
    id: row.id,
    name: row.name ?? '',
    start: row.start ?? '',
    scopes: readScopes(row.permissions),
    createdAt: row.createdAt,
    endsAt: row.endsAt,
    lastUsedAt: row.lastRequest,
    isRevoked: !row.enabled,
  }));
}

export async function setApiKeyEnd(db: Db, id: string, endsAt: Date): Promise<void> {
  await db.update(apikey).set({ endsAt }).where(eq(apikey.id, id));
}

/** False: this person has no such key. */
export async function revokeApiKey(db: Db, userId: string, id: string): Promise<boolean> {
  const revoked = await db
    .update(apikey)
    .set({ enabled: false, updatedAt: new Date() })
    .where(and(eq(apikey.id, id), eq(apikey.referenceId, userId)))
    .returning({ id: apikey.id });
  return revoked.length === 1;
}
