import type { KnownQuestion, ObjectFacts, ObjectHash } from '@assay/shared';
import { gt, inArray, type SQL, sql } from 'drizzle-orm';
import { type Db, planned } from '../client.ts';
import { hashes } from '../list-parameter.ts';
import { objects } from '../schema/object.ts';
import { giveRows } from './insert-rows.ts';
import { type Asker, casesOf, isKept, isKeptFor, isVisibleTo, maySeeUpload, ownPlace } from './visibility.ts';

export interface StoredObject {
  id: number;
  /** It had a row before this call, and its sender gets its bytes. */
  known: boolean;
  /** It had none. */
  isNew: boolean;
  /** The number that it has, or would have if it had had no row: where it stands in a case that it comes into now. */
  place: number;
}

/**
 * Inserts the objects that have no row yet; equal bytes share one. By SHA-256. Without a sender, of what a model made, none
 * counts as known.
 * Rows go in sorted by hash, so that two transactions that share objects wait for, and never deadlock, each other. Numbers
 * are not taken before: lists are in their order, which would then tell of what others upload meanwhile.
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
  const { columns, from } = giveRows(objects, rows);
  const placed = await tx.execute<{ place: string; sha256: ObjectHash; isNew: boolean }>(
    planned(sql`with asked as materialized (select nextval('objects_id_seq') as place, rows.* from ${from}),
      inserted as (insert into objects (id, ${columns}) overriding system value select * from asked
        on conflict do nothing returning id)
      select place, encode(sha256, 'hex') as sha256, id is not null as "isNew" from asked left join inserted on id = place`),
  );
  const places = new Map(placed.map(({ sha256, place }) => [sha256, Number(place)]));
  for (const { sha256, place, isNew } of placed)
    if (isNew) stored.set(sha256, { id: Number(place), known: false, isNew, place: Number(place) });
  const others = [...bySha256.keys()].filter((sha256) => !stored.has(sha256));
  if (others.length > 0) {
    const found = await tx
      .select({ id: objects.id, sha256: objects.sha256, known: sender ? isKeptFor(sender) : sql<boolean>`false` })
      .from(objects)
      .where(inArray(objects.sha256, others));
    for (const { id, sha256, known } of found)
      stored.set(sha256, { id, known, isNew: false, place: places.get(sha256) ?? id });
  }
  return stored;
}

// Rows of one request are inserted by hash, so their ids don't tell which of its files came first.
const firstUpload = (asker: Asker) => sql`(select u.id from uploads u
  where u.object_id = ${objects.id} and ${maySeeUpload(asker)} order by u.id limit 1)`;

type ObjectRow = typeof objects.$inferSelect;

/** The objects that any of the hashes (MD5, SHA-1, SHA-256, lower-case hex) names and the asker may see. Two may share an MD5. */
export function listObjectsByHashes(db: Db, asker: Asker, wanted: string[]): Promise<ObjectRow[]> {
  return findByHashes(db, asker, wanted, sql``);
}

/** The object that the hash names and the asker may see, or undefined. Of two with one MD5, the one uploaded first. */
export async function findObject(db: Db, asker: Asker, hash: string): Promise<ObjectRow | undefined> {
  const [row] = await findByHashes(db, asker, [hash], sql`order by ${firstUpload(asker)}, objects.sha256 limit 1`);
  return row;
}

type TextOf<K extends keyof ObjectRow> = { [key in K]: string };
type ReadRow = Omit<ObjectRow, 'id' | 'size' | 'storedAt' | 'releasedAt'> &
  TextOf<'id' | 'size' | 'storedAt'> & { releasedAt: string | null };

/** By SQL, since thousands are asked for at once: Drizzle takes as long to read a row as the database to find it. */
async function findByHashes(db: Db, asker: Asker, wanted: string[], order: SQL): Promise<ObjectRow[]> {
  const ofLength = (digits: number) => hashes(wanted.filter((hash) => hash.length === digits));
  const rows = await db.execute<ReadRow>(
    planned(sql`select id, encode(sha256, 'hex') as sha256, encode(md5, 'hex') as md5, encode(sha1, 'hex') as sha1, size,
        media_type as "mediaType", mime, encoding, stored_at as "storedAt", released_at as "releasedAt"
      from objects where (md5 = any(${ofLength(32)}) or sha1 = any(${ofLength(40)}) or sha256 = any(${ofLength(64)}))
        and ${isVisibleTo(asker)} ${order}`),
  );
  return rows.map(({ id, size, storedAt, releasedAt, ...row }) => ({
    ...row,
    id: Number(id),
    size: Number(size),
    storedAt: new Date(storedAt),
    releasedAt: releasedAt === null ? null : new Date(releasedAt),
  }));
}

/** The object with this SHA-256, if the asker may see it, and where it stands in a list of theirs by upload. */
export async function findInLists(
  db: Db,
  asker: Asker,
  sha256: string,
): Promise<{ id: number; place: number } | undefined> {
  const [row] = await db.execute<{ id: string; place: string | null }>(sql`
    select objects.id, ${ownPlace(asker)} as place from objects where sha256 = decode(${sha256}, 'hex')`);
  return row && row.place !== null ? { id: Number(row.id), place: Number(row.place) } : undefined;
}

/** The name that the object had when this person first saw it uploaded; undefined for what models made. */
export async function findFirstFileName(db: Db, asker: Asker, objectId: number): Promise<string | undefined> {
  const [row] = await db.execute<{ fileName: string }>(sql`
    select u.file_name as "fileName" from uploads u
    where u.object_id = ${objectId} and ${maySeeUpload(asker)} order by u.id limit 1`);
  return row?.fileName;
}

/** Every object there is after this number, in the order of their numbers, and whether the trail tells that no case has it. */
export function listEveryObject(db: Db, after: number, limit: number) {
  return db
    .select({
      ...{ id: objects.id, sha256: objects.sha256, size: objects.size },
      deleted: sql<boolean>`released_at is not null and exists (select from audit_records r
        where r.subject_id = encode(sha256, 'hex') and r.act = 'delete' and r.outcome = 'done')`,
    })
    .from(objects)
    .where(gt(objects.id, after))
    .orderBy(objects.id)
    .limit(limit);
}

/**
 * The objects in question that are there with that size and may be seen by the asker: each once, in the order asked.
 * One query that takes the same steps for what is hidden as for what is not there, so that its time does not tell either:
 * as isKeptFor says it, but what is in the cases of others is not even read, since the cases stand in the index's condition.
 */
export async function listKnownObjects(db: Db, asker: Asker, question: KnownQuestion): Promise<ObjectHash[]> {
  const once = [...new Map(question.map((entry) => [`${entry.sha256} ${entry.size}`, entry])).values()];
  const rows = await db.execute<{ sha256: ObjectHash }>(sql`
    select asked.sha256
    from jsonb_to_recordset(${JSON.stringify(once)}::jsonb) as asked(sha256 text, size bigint)
    left join objects o on o.sha256 = decode(asked.sha256, 'hex') and o.size = asked.size
    where exists (select from case_objects co where co.object_id = coalesce(o.id, -1)
      and co.case_id = any(array${casesOf(asker, 'see')}) and ${isKept})`);
  const known = new Set(rows.map(({ sha256 }) => sha256));
  return [...new Set(question.map(({ sha256 }) => sha256))].filter((sha256) => known.has(sha256));
}

/** Locks the object until the transaction ends: what comes into a case meanwhile waits, or is waited for. */
export async function lockParent(tx: Db, id: number): Promise<void> {
  await tx.execute(sql`select from objects where id = ${id} for no key update`);
}
