import type { ObjectFacts, ObjectHash } from '@assay/shared';
import { inArray, or } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { objects } from '../schema/object.ts';

export interface StoredObject {
  id: number;
  /** It had a row before this call. */
  known: boolean;
}

/**
 * Inserts the objects that have no row yet; equal bytes share one. By SHA-256.
 * Rows go in sorted by hash, so that two transactions that share objects wait for, and never deadlock, each other.
 */
export async function insertObjects(tx: Db, facts: ObjectFacts[]): Promise<Map<ObjectHash, StoredObject>> {
  const bySha256 = new Map(facts.map((object) => [object.sha256, object]));
  const rows = [...bySha256.values()].sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
  const inserted = await tx
    .insert(objects)
    .values(rows)
    .onConflictDoNothing()
    .returning({ id: objects.id, sha256: objects.sha256 });
  const stored = new Map<ObjectHash, StoredObject>(inserted.map(({ id, sha256 }) => [sha256, { id, known: false }]));
  const known = [...bySha256.keys()].filter((sha256) => !stored.has(sha256));
  if (known.length > 0) {
    const found = await tx
      .select({ id: objects.id, sha256: objects.sha256 })
      .from(objects)
      .where(inArray(objects.sha256, known));
    for (const { id, sha256 } of found) stored.set(sha256, { id, known: true });
  }
  return stored;
}

/**
 * The objects that any of the hashes (MD5, SHA-1, SHA-256, lower-case hex) names, oldest first.
 * Two objects may share an MD5.
 */
export function listObjectsByHashes(db: Db, hashes: string[]) {
  const ofLength = (digits: number) => hashes.filter((hash) => hash.length === digits);
  return db
    .select()
    .from(objects)
    .where(
      or(
        inArray(objects.md5, ofLength(32)),
        inArray(objects.sha1, ofLength(40)),
        inArray(objects.sha256, ofLength(64) as ObjectHash[]),
      ),
    )
    .orderBy(objects.id);
}

/** The object that the hash names, or undefined. Of two with one MD5, the one uploaded first. */
export async function findObject(db: Db, hash: string) {
  const [row] = await listObjectsByHashes(db, [hash]).limit(1);
  return row;
}
