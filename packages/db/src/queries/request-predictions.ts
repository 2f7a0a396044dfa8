import { and, eq, sql } from 'drizzle-orm';
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
 * whatever became of it. Rows go in sorted, so that two requests for the same pairs never deadlock.
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

  const asked = sql`jsonb_to_recordset(${JSON.stringify(pairs)}::jsonb) as asked("objectId" bigint, "modelId" int)`;
  const found = await tx
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
  return found.map((row) => ({ ...row, isNew: isNew.has(row.id) }));
}
