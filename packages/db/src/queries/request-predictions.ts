import { sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import type { Db } from '../client.ts';
import { predictions } from '../schema/prediction.ts';
import { batchesOf } from './batches.ts';

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
  const sorted = [...pairs].sort((a, b) => a.objectId - b.objectId || a.modelId - b.modelId);
  const requested: RequestedPrediction[] = [];
  for (const batch of batchesOf(sorted)) requested.push(...(await requestBatch(tx, batch)));
  return requested;
}

async function requestBatch(tx: Db, pairs: Pair[]): Promise<RequestedPrediction[]> {
  const columns = {
    id: predictions.id,
    objectId: predictions.objectId,
    modelId: predictions.modelId,
    state: predictions.state,
  };
  const inserted = await tx
    .insert(predictions)
    .values(pairs.map((pair) => ({ ...pair, id: uuidv7() })))
    .onConflictDoNothing()
    .returning(columns);
  const isNew = new Set(inserted.map((row) => row.id));
  if (inserted.length === pairs.length) return inserted.map((row) => ({ ...row, isNew: true }));

  const tuples = sql.join(
    pairs.map((pair) => sql`(${pair.objectId}::bigint, ${pair.modelId}::int)`),
    sql`, `,
  );
  const found = await tx
    .select(columns)
    .from(predictions)
    .where(sql`(${predictions.objectId}, ${predictions.modelId}) in (${tuples})`);
  return found.map((row) => ({ ...row, isNew: isNew.has(row.id) }));
}
