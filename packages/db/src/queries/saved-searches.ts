import { and, eq, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { savedSearches } from '../schema/search.ts';

/** A person's own, by name. */
export function listSavedSearches(db: Db, ownerId: string) {
  const { id, name, query, sort } = savedSearches;
  return db
    .select({ id, name, query, sort })
    .from(savedSearches)
    .where(eq(savedSearches.ownerId, ownerId))
    .orderBy(sql`lower(${name})`);
}

/** One that has the name already becomes this one. */
export async function saveSearch(
  db: Db,
  search: Pick<typeof savedSearches.$inferInsert, 'ownerId' | 'name' | 'query' | 'sort'>,
): Promise<void> {
  const { query, sort } = search;
  await db
    .insert(savedSearches)
    .values(search)
    .onConflictDoUpdate({
      target: [savedSearches.ownerId, savedSearches.name],
      set: { query, sort, savedAt: new Date() },
    });
}

/** Nothing happens when it is gone, or somebody else's. */
export async function deleteSavedSearch(db: Db, ownerId: string, id: string): Promise<void> {
  await db.delete(savedSearches).where(and(eq(savedSearches.ownerId, ownerId), eq(savedSearches.id, id)));
}
