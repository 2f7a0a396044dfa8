import type { DeletionCause, MediaType, ObjectHash } from '@assay/shared';
import { type SQL, sql } from 'drizzle-orm';
import { type Actor, recordActs } from '../audit.ts';
import { type Db, planned } from '../client.ts';
import { bigints } from '../list-parameter.ts';
import type { JobSender } from '../queue.ts';
import { withdrawAll } from './cancel-predictions.ts';
import { type Asker, casesOf, isDeletedFor, isKept } from './visibility.ts';
import { lockActions } from './work-scope.ts';

/** Why nothing is predicted of an object. */
export const bytesDeleted = 'Its bytes were deleted';

export interface Deletion {
  at: Date;
  cause: DeletionCause;
  reason: string;
  /** A user name; null: the case's rule did it. */
  by: string | null;
}

/** Of each object that no case of this person has any more: the last deletion that they may know of. */
export async function listDeletions(db: Db, asker: Asker, objectIds: number[]): Promise<Map<number, Deletion>> {
  const rows = await db.execute<Omit<Deletion, 'at'> & { objectId: string; at: string }>(
    planned(sql`
    select distinct on (d.object_id) d.object_id as "objectId", d.at, d.cause, d.reason, u.username as by
    from deletions d left join "user" u on u.id = d.by
    where d.object_id = any(${bigints(objectIds)}) and d.ended_at is null and d.case_id in ${casesOf(asker, 'see')}
      and ${isDeletedFor(asker, sql`d.object_id`)}
    order by d.object_id, d.at desc, d.id desc`),
  );
  return new Map(rows.map(({ objectId, at, ...row }) => [Number(objectId), { ...row, at: new Date(at) }]));
}

/** An object that a deletion concerns. */
export interface Concerned {
  id: number;
  sha256: ObjectHash;
  mediaType: MediaType;
  /** Bytes. */
  size: number;
  /** It was uploaded into the case by itself, or something that stays has it too: it is kept. */
  stays: boolean;
  /** What it was first made from; null: the object itself. */
  parentId: number | null;
}

/**
 * The object and all that models made of it, in the case, parents first. What goes is what was not uploaded into it by
 * itself and was made of nothing that stays. Empty when the case does not have the object, or no longer.
 */
export async function listConcerned(db: Db, objectId: number, caseId: string): Promise<Concerned[]> {
  const rows = await db.execute<{
    id: string;
    sha256: ObjectHash;
    mediaType: MediaType;
    size: string;
    uploaded: boolean;
    parents: string[];
  }>(sql`
    with recursive line(id, depth) as (
      select ${objectId}::bigint, 0
      union select d.child_id, line.depth + 1 from line join derivations d on d.parent_id = line.id where line.depth < 32
    ), family as (select id, min(depth) as depth from line group by id)
    select o.id, encode(o.sha256, 'hex') as sha256, o.media_type as "mediaType", o.size,
      exists (select from uploads u where u.object_id = o.id and u.case_id = ${caseId}) as uploaded,
      array(select distinct d.parent_id::text from derivations d join case_objects co on co.object_id = d.parent_id
        where d.child_id = o.id and co.case_id = ${caseId} and ${isKept}) as parents
    from family join objects o on o.id = family.id
    join case_objects co on co.object_id = o.id and co.case_id = ${caseId} and ${isKept}
    order by family.depth, o.sha256`);
  if (Number(rows[0]?.id) !== objectId) return [];
  const going = new Set(rows.flatMap(({ id, uploaded }) => (uploaded && Number(id) !== objectId ? [] : [id])));
  // What is made of something that stays, stays; and so what is made of that.
  for (let before = -1; before !== going.size; ) {
    before = going.size;
    for (const { id, parents } of rows)
      if (Number(id) !== objectId && parents.some((parent) => !going.has(parent))) going.delete(id);
  }
  return rows.map(({ id, size, uploaded: _, parents, ...row }) => ({
    ...row,
    id: Number(id),
    size: Number(size),
    stays: !going.has(id),
    parentId: Number(id) === objectId ? null : Number(parents[0] ?? objectId),
  }));
}

/** The uploads of the object into the case, the first one first. */
export async function listObjectUploads(db: Db, objectId: number, caseId: string) {
  const rows = await db.execute<{ fileName: string; uploadedBy: string; uploadedAt: string }>(sql`
    select u.file_name as "fileName", p.username as "uploadedBy", u.uploaded_at as "uploadedAt"
    from uploads u join "user" p on p.id = u.uploaded_by
    where u.object_id = ${objectId} and u.case_id = ${caseId} order by u.id`);
  return rows.map(({ uploadedAt, ...row }) => ({ ...row, uploadedAt: new Date(uploadedAt) }));
}

/** Since when nothing of the case can be deleted; null: it can. In a transaction nobody changes it meanwhile. */
export async function readHold(tx: Db, caseId: string): Promise<Date | null> {
  const [row] = await tx.execute<{ heldAt: string | null }>(
    sql`select held_at as "heldAt" from cases where id = ${caseId} for share`,
  );
  return row?.heldAt ? new Date(row.heldAt) : null;
}

export interface DeletionOrder {
  objectId: number;
  caseId: string;
  cause: DeletionCause;
  /** Null: the case's rule. */
  by: (Actor & { id: string }) | null;
  reason: string;
}

/**
 * Deletes the object from the case, with what was made of it and goes along. What no case has any more is released: its
 * predictions that wait are cancelled, and its bytes are removed by a job. Returns what went; the caller has made sure
 * that the case is not held.
 */
export async function deleteFromCase(
  tx: Db,
  sender: Pick<JobSender, 'remove' | 'sendObjects'>,
  order: DeletionOrder,
): Promise<Concerned[]> {
  const { objectId, caseId, cause, by, reason } = order;
  const going = (await listConcerned(tx, objectId, caseId)).filter(({ stays }) => !stays);
  if (going.length === 0) return [];
  // Nobody asks models about them again meanwhile.
  await lockActions(tx);
  const ids = going.map(({ id }) => id).sort((a, b) => a - b);
  // An upload that names one of them at this moment is waited for, and seen; a later one waits, and brings it back.
  await tx.execute(sql`select id from objects where id = any(${bigints(ids)}) order by id for update`);
  const rows = going.map(({ id, parentId }) => ({ id, parent_id: parentId }));
  await tx.execute(sql`
    insert into deletions (object_id, case_id, cause, by, reason, with_id)
    select id, ${caseId}, ${cause}::deletion_cause, ${by?.id ?? null}, ${reason}, parent_id
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as going(id bigint, parent_id bigint)
    order by id on conflict do nothing`);
  const released = await tx.execute<{ id: string }>(sql`
    update objects o set released_at = now() where o.id = any(${bigints(ids)}) and o.released_at is null
      and not exists (select from case_objects co where co.object_id = o.id and ${isKept}) returning o.id`);
  const releasedIds = released.map(({ id }) => Number(id));
  await withdrawAll(tx, sender, sql`p.object_id = any(${bigints(releasedIds)})`, {
    by: by?.id ?? null,
    reason: bytesDeleted,
  });
  await sender.sendObjects(tx, 'removal', releasedIds);
  const [object] = going;
  await recordActs(
    tx,
    going.map(({ sha256, parentId }) => ({
      by,
      act: 'delete' as const,
      subject: { kind: 'object' as const, id: sha256 },
      details: { case: caseId, cause, reason, with: parentId === null ? undefined : object?.sha256 },
    })),
  );
  return going;
}

/**
 * In the transaction that has written uploads of these objects into the case, or derivations of them from the parent: they
 * are back in it, or in the cases that have the parent. Returns those whose bytes had been given up: whether these are
 * there must be looked at (`refuseRemoved`).
 */
export async function bringBack(
  tx: Db,
  objectIds: number[],
  into: { caseId: string } | { parentId: number },
): Promise<ObjectHash[]> {
  if (objectIds.length === 0) return [];
  const ids = bigints(objectIds);
  const within =
    'caseId' in into
      ? sql`d.case_id = ${into.caseId}`
      : sql`exists (select from case_objects co where co.object_id = ${into.parentId} and co.case_id = d.case_id and ${isKept})`;
  await tx.execute(
    sql`update deletions d set ended_at = now() where d.object_id = any(${ids}) and d.ended_at is null and ${within}`,
  );
  if ('caseId' in into) await bringBackAlong(tx, ids, into.caseId);
  const rows = await tx.execute<{ sha256: ObjectHash }>(sql`
    update objects o set released_at = null where o.id = any(${ids}) and o.released_at is not null
      and exists (select from case_objects co where co.object_id = o.id and ${isKept})
    returning encode(o.sha256, 'hex') as sha256`);
  return rows.map(({ sha256 }) => sha256);
}

/** What went along with them is back in the case too, as far as another case has kept its bytes. */
async function bringBackAlong(tx: Db, ids: SQL, caseId: string): Promise<void> {
  await tx.execute(sql`
    with recursive along(id) as (
      select unnest(${ids})
      union select d.object_id from along join deletions d on d.with_id = along.id
        join objects o on o.id = d.object_id and o.released_at is null
      where d.case_id = ${caseId} and d.ended_at is null
    )
    update deletions d set ended_at = now() from along
    where d.object_id = along.id and d.case_id = ${caseId} and d.ended_at is null`);
}

/** The bytes that went with a released object: its own, and its previews'. Undefined: it is not released. */
export async function listReleasedBytes(db: Db, objectId: number): Promise<ObjectHash[] | undefined> {
  const [row] = await db.execute<{ own: ObjectHash; previews: ObjectHash[] }>(sql`
    select encode(o.sha256, 'hex') as own,
      array(select encode(p.sha256, 'hex') from previews p where p.object_id = o.id and p.sha256 is not null) as previews
    from objects o where o.id = ${objectId} and o.released_at is not null`);
  return row && [row.own, ...row.previews];
}

/** Of an object whose bytes are gone. */
export async function forgetPreviews(db: Db, objectId: number): Promise<void> {
  await db.execute(sql`delete from previews where object_id = ${objectId}
    and exists (select from objects o where o.id = ${objectId} and o.released_at is not null)`);
}

/** Objects whose last upload into their case is older than the case keeps bytes: of cases that are not held. */
export async function listOverdue(db: Db, most: number): Promise<{ objectId: number; caseId: string; days: number }[]> {
  const rows = await db.execute<{ objectId: string; caseId: string; days: number }>(sql`
    select u.object_id as "objectId", u.case_id as "caseId", c.retention_days as days
    from cases c join uploads u on u.case_id = c.id
    join case_objects co on co.object_id = u.object_id and co.case_id = c.id and ${isKept}
    where c.retention_days is not null and c.held_at is null
    group by u.object_id, u.case_id, c.retention_days
    having max(u.uploaded_at) < now() - make_interval(days => c.retention_days)
    order by u.case_id, u.object_id limit ${most}`);
  return rows.map(({ objectId, ...row }) => ({ objectId: Number(objectId), ...row }));
}
