import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { notes } from '../schema/judgement.ts';
import { type Asker, casesOf } from './visibility.ts';

export type NoteRow = { id: string; caseId: string; text: string; by: string; isOwn: boolean; at: string };

/** What people wrote about the object in the asker's cases, newest first. */
export async function listNotes(db: Db, asker: Asker, objectId: number): Promise<NoteRow[]> {
  const rows = await db.execute<NoteRow>(sql`
    select n.id, n.case_id as "caseId", n.text, u.username as by, n.made_by = ${asker.id} as "isOwn", n.made_at as at
    from notes n join "user" u on u.id = n.made_by
    where n.object_id = ${objectId} and n.removed_at is null and n.case_id in ${casesOf(asker, 'see')}
    order by n.made_at desc, n.id limit 500`);
  return [...rows];
}

export async function insertNote(
  tx: Db,
  note: { caseId: string; objectId: number; text: string; madeBy: string },
): Promise<string> {
  const [made] = await tx.insert(notes).values(note).returning({ id: notes.id });
  if (!made) throw new Error('The note was not made');
  return made.id;
}

/** The note, in one of the asker's cases, unless it was removed. */
export async function findNote(db: Db, asker: Asker, id: string) {
  const [row] = await db.execute<{ caseId: string; sha256: string; madeBy: string }>(sql`
    select n.case_id as "caseId", encode(o.sha256, 'hex') as sha256, n.made_by as "madeBy"
    from notes n join objects o on o.id = n.object_id
    where n.id = ${id} and n.removed_at is null and n.case_id in ${casesOf(asker, 'see')}`);
  return row;
}

export async function removeNote(tx: Db, id: string, by: string): Promise<void> {
  await tx
    .update(notes)
    .set({ removedBy: by, removedAt: new Date() })
    .where(and(eq(notes.id, id), isNull(notes.removedAt)));
}
