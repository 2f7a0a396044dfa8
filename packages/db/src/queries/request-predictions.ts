import { and, eq, sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import type { Db } from '../client.ts';
import type { Statements } from '../one-statement.ts';
import { predictions } from '../schema/prediction.ts';
import { insertRows } from './insert-rows.ts';

export interface Pair {
  objectId: number;
  modelId: number;
}

/** A prediction that is wanted. */
export interface WantedPrediction extends Pair {
  /** In its model's line: smaller ones go first. */
  place?: number;
}

export type RequestedPrediction = Pair &
  Pick<typeof predictions.$inferSelect, 'id' | 'state' | 'place'> & { /** It has no job yet. */ isNew: boolean };

/** The pairs' predictions as they become when none was asked for before. */
export const planPredictions = (pairs: WantedPrediction[]): RequestedPrediction[] =>
  inOrder(pairs).map(({ objectId, modelId, place = 0 }) => ({
    ...{ id: uuidv7(), objectId, modelId, place },
    state: 'queued',
    isNew: true,
  }));

/** Writes their rows. Returns the ids of those that were not asked for before; the others are left out. */
export async function insertPredictions(tx: Statements, planned: RequestedPrediction[]): Promise<Set<string>> {
  if (planned.length === 0) return new Set();
  const rows = planned.map(({ id, objectId, modelId, place }) => ({ id, objectId, modelId, place }));
  const made = await tx.execute<{ id: string }>(
    sql`${insertRows(predictions, rows)} on conflict do nothing returning id`,
  );
  return new Set(made.map(({ id }) => id));
}

/**
 * Makes sure that each pair has its one prediction: a new row, or the one that was asked for before,
 * whatever became of it, unless it was skipped or cancelled: that one is queued now.
 */
export async function requestPredictions(tx: Db, pairs: WantedPrediction[]): Promise<RequestedPrediction[]> {
  const planned = planPredictions(pairs);
  const isNew = await insertPredictions(tx, planned);
  if (isNew.size === planned.length) return planned;

  const found = await listRequested(tx, pairs);
  const placeOf = new Map(pairs.map(({ objectId, modelId, place }) => [`${objectId} ${modelId}`, place]));
  const wanted = found.map((row) => ({ ...row, place: placeOf.get(`${row.objectId} ${row.modelId}`) ?? row.place }));
  const reopened = await reopen(
    tx,
    wanted.filter(({ state }) => state === 'skipped' || state === 'cancelled'),
  );
  return wanted.map((row) =>
    reopened.has(row.id) ? { ...row, state: 'queued', isNew: true } : { ...row, isNew: isNew.has(row.id) },
  );
}

/** Puts down why these pairs get no prediction now. One that was asked for before stays as it is. */
export async function skipPredictions(
  tx: Db,
  pairs: (Pair & { reason: string })[],
): Promise<(Pair & { id: string })[]> {
  if (pairs.length === 0) return [];
  const finishedAt = new Date();
  const rows = inOrder(pairs).map(({ objectId, modelId, reason }) => ({
    ...{ id: uuidv7(), objectId, modelId, reason },
    state: 'skipped' as const,
    finishedAt,
  }));
  await tx.execute(sql`${insertRows(predictions, rows)} on conflict do nothing`);
  return listRequested(tx, pairs);
}

/** So that two requests for the same pairs never deadlock. */
const inOrder = <P extends Pair>(pairs: P[]): P[] =>
  pairs.toSorted((a, b) => a.objectId - b.objectId || a.modelId - b.modelId);

/** What was skipped or cancelled, and somebody wants after all. */
async function reopen(tx: Db, rows: (Pair & { id: string; place: number })[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const made = await tx.execute<{ id: string }>(sql`
    update predictions p set state = 'queued', place = new.place, reason = null, cancelled_by = null, attempts = 0,
      queued_at = now(), started_at = null, finished_at = null
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as new(id uuid, place int)
    where p.id = new.id and p.state in ('skipped', 'cancelled') returning p.id`);
  return new Set(made.map(({ id }) => id));
}

function listRequested(tx: Db, pairs: Pair[]) {
  const asked = sql`jsonb_to_recordset(${JSON.stringify(pairs)}::jsonb) as asked("objectId" bigint, "modelId" int)`;
  return tx
    .select({
      id: predictions.id,
      objectId: predictions.objectId,
      modelId: predictions.modelId,
      state: predictions.state,
      place: predictions.place,
    })
    .from(predictions)
    .innerJoin(
      asked,
      and(eq(predictions.objectId, sql`asked."objectId"`), eq(predictions.modelId, sql`asked."modelId"`)),
    );
}
