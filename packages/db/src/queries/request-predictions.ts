import { and, eq, inArray, sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import type { Db } from '../client.ts';
import { predictions } from '../schema/prediction.ts';
import { insertRows } from './insert-rows.ts';

export interface Pair {
  objectId: number;
  modelId: number;
}

export type RequestedPrediction = Pair & Pick<typeof predictions.$inferSelect, 'id' | 'state'> & { isNew: boolean };

/**
 * Makes sure that each pair has its one prediction: a new row, or the one that was asked for before,
 * whatever became of it, unless it was skipped: that one is queued now. Rows go in sorted, so that two requests for the
 * same pairs never deadlock.
 */
export async function requestPredictions(tx: Db, pairs: Pair[]): Promise<RequestedPrediction[]> {
  if (pairs.length === 0) return [];
  const rows = [...pairs]
    .sort((a, b) => a.objectId - b.objectId || a.modelId - b.modelId)
    .map((pair) => ({ ...pair, id: uuidv7() }));
  const made = await tx.execute<{ id: string }>(
    sql`${insertRows(predictions, rows)} on conflict do nothing returning id`,
  );
  const isNew = new Set(made.map(({ id }) => id));
  const requested = rows
    .filter(({ id }) => isNew.has(id))
    .map((row): RequestedPrediction => ({ ...row, state: 'queued', isNew: true }));
  if (requested.length === rows.length) return requested;

  const found = await listRequested(tx, pairs);
  const reopened = await reopenSkipped(
    tx,
    found.flatMap(({ id, state }) => (state === 'skipped' ? [id] : [])),
  );
  return found.map((row) =>
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
  const rows = [...pairs]
    .sort((a, b) => a.objectId - b.objectId || a.modelId - b.modelId)
    .map(({ objectId, modelId, reason }) => ({
      ...{ id: uuidv7(), objectId, modelId, reason },
      state: 'skipped' as const,
      finishedAt,
    }));
  await tx.execute(sql`${insertRows(predictions, rows)} on conflict do nothing`);
  return listRequested(tx, pairs);
}

async function reopenSkipped(tx: Db, ids: string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await tx
    .update(predictions)
    .set({ state: 'queued', reason: null, queuedAt: sql`now()`, finishedAt: null })
    .where(and(inArray(predictions.id, ids), eq(predictions.state, 'skipped')))
    .returning({ id: predictions.id });
  return new Set(rows.map(({ id }) => id));
}

function listRequested(tx: Db, pairs: Pair[]) {
  const asked = sql`jsonb_to_recordset(${JSON.stringify(pairs)}::jsonb) as asked("objectId" bigint, "modelId" int)`;
  return tx
    .select({
      id: predictions.id,
      objectId: predictions.objectId,
      modelId: predictions.modelId,
      state: predictions.state,
    })
    .from(predictions)
    .innerJoin(
      asked,
      and(eq(predictions.objectId, sql`asked."objectId"`), eq(predictions.modelId, sql`asked."modelId"`)),
    );
}
