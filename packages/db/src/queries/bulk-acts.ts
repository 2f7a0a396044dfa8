import type { BulkState } from '@assay/shared';
import { and, desc, eq, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { bulkActs } from '../schema/judgement.ts';
import { type Asker, casesOf } from './visibility.ts';

export type NewBulkAct = Omit<
  typeof bulkActs.$inferInsert,
  'id' | 'askedAt' | 'state' | 'reason' | 'done' | 'changed' | 'place' | 'finishedAt'
>;

export async function insertBulkAct(tx: Db, act: NewBulkAct): Promise<number> {
  const [made] = await tx.insert(bulkActs).values(act).returning({ id: bulkActs.id });
  if (!made) throw new Error('The act was not put down');
  return made.id;
}

export type BulkActRow = {
  id: number;
  caseId: string;
  case: string;
  tagId: string | null;
  tag: string | null;
  value: string | null;
  undoes: number | null;
  state: BulkState;
  reason: string | null;
  total: number | null;
  done: number;
  changed: number;
  askedAt: Date;
  finishedAt: Date | null;
  /** An act undid it, or is about to. */
  isUndone: boolean;
};

const select = (db: Db) =>
  db
    .select({
      id: bulkActs.id,
      caseId: bulkActs.caseId,
      case: sql<string>`(select name from cases c where c.id = ${bulkActs.caseId})`,
      tagId: bulkActs.tagId,
      tag: sql<string | null>`(select name from tags g where g.id = ${bulkActs.tagId})`,
      value: bulkActs.value,
      undoes: bulkActs.undoes,
      state: bulkActs.state,
      reason: bulkActs.reason,
      total: bulkActs.total,
      done: bulkActs.done,
      changed: bulkActs.changed,
      askedAt: bulkActs.askedAt,
      finishedAt: bulkActs.finishedAt,
      isUndone: sql<boolean>`exists (select from bulk_acts u where u.undoes = "bulk_acts"."id" and u.state <> 'failed')`,
    })
    .from(bulkActs);

const isOwn = (asker: Asker) =>
  and(eq(bulkActs.askedBy, asker.id), sql`${bulkActs.caseId} in ${casesOf(asker, 'see')}`);

/** The asker's own, in their cases, the newest first. */
export async function listBulkActs(db: Db, asker: Asker, limit: number): Promise<BulkActRow[]> {
  const rows = await select(db).where(isOwn(asker)).orderBy(desc(bulkActs.id)).limit(limit);
  return rows;
}

/** One of these; nobody undoes it meanwhile. */
export async function findBulkAct(tx: Db, asker: Asker, id: number): Promise<BulkActRow | undefined> {
  await tx.execute(sql`select from bulk_acts where id = ${id} for update`);
  const [row] = await select(tx).where(and(eq(bulkActs.id, id), isOwn(asker)));
  return row;
}
