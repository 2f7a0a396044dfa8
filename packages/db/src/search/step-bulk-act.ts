import { AppError, allOf, mayInCase, parseSearch } from '@assay/shared';
import { eq, sql } from 'drizzle-orm';
import type { Actor } from '../audit.ts';
import type { Db } from '../client.ts';
import { shareCase } from '../queries/cases.ts';
import { type JudgedThing, judge } from '../queries/judgements.ts';
import { isInPlaceOf } from '../queries/standing.ts';
import { bulkActs } from '../schema/judgement.ts';
import { searchObjects } from './page.ts';

const pageSize = 500;

type Act = typeof bulkActs.$inferSelect;

/**
 * Goes on with an act on many objects by a page of these; false: it is at its end. Each page is one transaction with the place
 * that it ends at, so that nothing is done twice or left out, whoever goes on. What can't be done ends it, with the reason.
 */
export async function stepBulkAct(db: Db, id: number): Promise<boolean> {
  const [act] = await db.select().from(bulkActs).where(eq(bulkActs.id, id));
  if (!act || isFinal(act)) return false;
  try {
    const page = act.undoes === null ? await listPage(db, act) : [];
    return await db.transaction(async (tx) => {
      const [now] = await tx.select().from(bulkActs).where(eq(bulkActs.id, id)).for('update');
      if (!now || isFinal(now)) return false;
      if (now.place !== act.place) return true; // another worker was here meanwhile
      const by = await findActor(tx, act);
      return act.undoes === null ? sayPage(tx, act, by, page) : undoPage(tx, act, act.undoes, by);
    });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    await end(db, id, { state: 'failed', reason: error.message });
    return false;
  }
}

const isFinal = ({ state }: Act) => state === 'done' || state === 'failed';

/** Numbers of objects, the largest first: what is said of them moves none of them. */
async function listPage(db: Db, act: Act): Promise<number[]> {
  const { caseId, askedBy, query, timeZone, objectIds, place } = act;
  if (query === null)
    return [...(objectIds ?? [])]
      .sort((a, b) => b - a)
      .filter((id) => place === null || id < place)
      .slice(0, pageSize);
  const parsed = parseSearch(query);
  if (!parsed.ok) throw new AppError('invalid_search', parsed.fault.message);
  const rows = await searchObjects(
    db,
    { id: askedBy },
    {
      query: allOf([{ kind: 'words', field: 'case', operator: '=', values: [caseId] }, parsed.query]),
      timeZone: timeZone ?? 'UTC',
      sort: { by: 'stored', descending: true },
      limit: pageSize,
      after: place === null ? undefined : { key: null, id: place },
    },
  );
  return rows.map(({ id }) => id);
}

/** Whoever asked, as long as they may. */
async function findActor(tx: Db, { askedBy, caseId }: Act): Promise<Actor & { id: string }> {
  const within = await shareCase(tx, { id: askedBy }, caseId);
  const [person] = await tx.execute<{ username: string }>(
    sql`select username from "user" where id = ${askedBy} and not disabled`,
  );
  if (!person || !within || !mayInCase(within.role, 'contribute'))
    throw new AppError('not_allowed', 'Whoever asked for it may not judge in this case any more');
  if (within.isArchived) throw new AppError('case_archived', `The case ${within.name} went into the archive`);
  return { id: askedBy, username: person.username };
}

async function sayPage(tx: Db, act: Act, by: Actor & { id: string }, objectIds: number[]): Promise<boolean> {
  const { id, caseId, tagId, value } = act;
  const thing: JudgedThing = tagId === null ? 'object' : { tagId };
  const said = objectIds.length > 0 ? await judge(tx, { caseId, objectIds, thing, value, by, bulkId: id }) : [];
  return goOn(tx, act, { looked: objectIds.length, changed: said.length, place: objectIds.at(-1) });
}

/** What was said since by anybody stays. */
async function undoPage(tx: Db, act: Act, undoes: number, by: Actor & { id: string }): Promise<boolean> {
  const { id, caseId, tagId } = act;
  const rows = await tx.execute<{ id: string; objectId: string; before: string | null; isNewest: boolean }>(sql`
    select j.id, j.object_id as "objectId", not exists (select from judgements n where ${isInPlaceOf('n', 'j')} and n.id > j.id) as "isNewest",
      (select n.value from judgements n where ${isInPlaceOf('n', 'j')} and n.id < j.id order by n.id desc limit 1) as before
    from judgements j where j.bulk_id = ${undoes} and j.id > ${act.place ?? 0} order by j.id limit ${pageSize}`);
  const thing: JudgedThing = tagId === null ? 'object' : { tagId };
  const open = rows.filter(({ isNewest }) => isNewest);
  let changed = 0;
  for (const [value, of] of Map.groupBy(open, ({ before }) => before)) {
    const objectIds = of.map(({ objectId }) => Number(objectId));
    changed += (await judge(tx, { caseId, objectIds, thing, value, by, bulkId: id, act: 'undo' })).length;
  }
  const last = rows.at(-1);
  return goOn(tx, act, { looked: rows.length, changed, place: last && Number(last.id) });
}

async function goOn(
  tx: Db,
  act: Act,
  { looked, changed, place }: { looked: number; changed: number; place: number | undefined },
): Promise<boolean> {
  const isLast = looked < pageSize;
  await end(tx, act.id, {
    state: isLast ? 'done' : 'running',
    done: act.done + looked,
    changed: act.changed + changed,
    ...(place !== undefined && { place }),
  });
  return !isLast;
}

async function end(tx: Db, id: number, change: Partial<Act>): Promise<void> {
  const isOver = change.state === 'done' || change.state === 'failed';
  await tx
    .update(bulkActs)
    .set({ ...change, ...(isOver && { finishedAt: new Date() }) })
    .where(eq(bulkActs.id, id));
}
