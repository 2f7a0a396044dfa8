import type { KnownQuestion, ObjectFacts, ObjectHash } from '@assay/shared';
import { and, eq, gt, inArray, or, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { derivations } from '../schema/derivation.ts';
import { objects } from '../schema/object.ts';
import { uploads } from '../schema/run.ts';
import { insertRows } from './insert-rows.ts';

/** Whoever asks for objects. */
export interface Asker {
  /** Of the user. */
  id: string;
}

/** Whether this person may see the upload `u`. Today everybody who is signed in sees every upload. */
export const maySeeUpload = (_asker: Asker): SQL<boolean> => sql<boolean>`true`;

/**
 * Whether this person may see the row of `objects` at hand: somebody uploaded it, or something that it was derived from,
 * where this person may see. So what models made goes and is hidden with what they made it from, unless it was uploaded
 * as well. Nothing else decides it: every query that finds an object for somebody asks here.
 */
export const isVisibleTo = (asker: Asker): SQL<boolean> => sql<boolean>`(
  exists (select from ${uploads} u where u.object_id = objects.id and ${maySeeUpload(asker)})
  or exists (
    with recursive origin(id) as (
      select d.parent_id from ${derivations} d where d.child_id = objects.id
      union select d.parent_id from ${derivations} d join origin on d.child_id = origin.id
    ) select from origin join ${uploads} u on u.object_id = origin.id where ${maySeeUpload(asker)}
  ))`;

export interface StoredObject {
  id: number;
  /** It had a row before this call, and its sender may see it. */
  known: boolean;
}

/**
 * Inserts the objects that have no row yet; equal bytes share one. By SHA-256. Without a sender, of what a model made, none
 * counts as known.
 * Rows go in sorted by hash, so that two transactions that share objects wait for, and never deadlock, each other.
 */
export async function insertObjects(
  tx: Db,
  sender: Asker | null,
  facts: ObjectFacts[],
): Promise<Map<ObjectHash, StoredObject>> {
  const bySha256 = new Map(facts.map((object) => [object.sha256, object]));
  const rows = [...bySha256.values()].sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
  const stored = new Map<ObjectHash, StoredObject>();
  if (rows.length === 0) return stored;
  const inserted = await tx.execute<{ id: string; sha256: ObjectHash }>(
    sql`${insertRows(objects, rows)} on conflict do nothing returning id, encode(sha256, 'hex') as sha256`,
  );
  for (const { id, sha256 } of inserted) stored.set(sha256, { id: Number(id), known: false });
  const others = [...bySha256.keys()].filter((sha256) => !stored.has(sha256));
  if (others.length > 0) {
    const found = await tx
      .select({ id: objects.id, sha256: objects.sha256, known: sender ? isVisibleTo(sender) : sql<boolean>`false` })
      .from(objects)
      .where(inArray(objects.sha256, others));
    for (const { id, sha256, known } of found) stored.set(sha256, { id, known });
  }
  return stored;
}

/**
 * The objects that any of the hashes (MD5, SHA-1, SHA-256, lower-case hex) names and the asker may see, in the order
 * of their first uploads. Two objects may share an MD5.
 */
// Rows of one request are inserted by hash, so their ids don't tell which of its files came first.
const firstUpload = sql`select u.id from ${uploads} u where u.object_id = ${objects.id} order by u.id limit 1`;

export function listObjectsByHashes(db: Db, asker: Asker, hashes: string[]) {
  const ofLength = (digits: number) => hashes.filter((hash) => hash.length === digits);
  return db
    .select()
    .from(objects)
    .where(
      and(
        or(
          inArray(objects.md5, ofLength(32)),
          inArray(objects.sha1, ofLength(40)),
          inArray(objects.sha256, ofLength(64) as ObjectHash[]),
        ),
        isVisibleTo(asker),
      ),
    )
    .orderBy(sql`(${firstUpload})`, objects.id);
}

/** The object that the hash names and the asker may see, or undefined. Of two with one MD5, the one uploaded first. */
export async function findObject(db: Db, asker: Asker, hash: string) {
  const [row] = await listObjectsByHashes(db, asker, [hash]).limit(1);
  return row;
}

/** The name that the object had when this person first saw it uploaded; undefined for what models made. */
export async function findFirstFileName(db: Db, asker: Asker, objectId: number): Promise<string | undefined> {
  const [row] = await db.execute<{ fileName: string }>(sql`
    select u.file_name as "fileName" from ${uploads} u where u.object_id = ${objectId} and ${maySeeUpload(asker)}
    order by u.id limit 1`);
  return row?.fileName;
}

/** Every object there is after this number, in the order of their numbers: for who looks after the store. */
export function listEveryObject(db: Db, after: number, limit: number) {
  return db
    .select({ id: objects.id, sha256: objects.sha256, size: objects.size })
    .from(objects)
    .where(gt(objects.id, after))
    .orderBy(objects.id)
    .limit(limit);
}

/**
 * The objects in question that are there with that size and may be seen by the asker: each once, in the order asked.
 * One query with one parameter, whatever is there, so that the work does not tell what the answer hides.
 */
export async function listKnownObjects(db: Db, asker: Asker, question: KnownQuestion): Promise<ObjectHash[]> {
  const asked = sql`jsonb_to_recordset(${JSON.stringify(question)}::jsonb) as asked(sha256 text, size bigint)`;
  const rows = await db
    .select({ sha256: objects.sha256 })
    .from(objects)
    .innerJoin(asked, and(eq(objects.sha256, sql`decode(asked.sha256, 'hex')`), eq(objects.size, sql`asked.size`)))
    .where(isVisibleTo(asker));
  const known = new Set(rows.map(({ sha256 }) => sha256));
  return [...new Set(question.map(({ sha256 }) => sha256))].filter((sha256) => known.has(sha256));
}
