import { sql } from 'drizzle-orm';
import { type Db, planned } from '../client.ts';
import { uuids } from '../list-parameter.ts';
import type { ClaimedPrediction } from './claim-predictions.ts';

/** What is said on it: something that a worker has in hand is not wanted any more. */
export const withdrawnChannel = 'assay_withdrawn';

/** Those of the predictions that the worker still has in hand. */
export async function listHeld(db: Db, workerId: string, ids: string[]): Promise<Set<string>> {
  const rows = await db.execute<{ id: string }>(
    planned(sql`select id from predictions where id = any(${uuids(ids)})
      and worker_id = ${workerId} and state = 'running'`),
  );
  return new Set(rows.map(({ id }) => id));
}

type HeldPrediction = Pick<ClaimedPrediction, 'id' | 'modelId' | 'place' | 'sha256' | 'model' | 'isolation'>;

/** What the worker has in hand beside these. */
export async function listHeldBeside(db: Db, workerId: string, ids: string[]): Promise<HeldPrediction[]> {
  const rows = await db.execute<HeldPrediction & Record<string, unknown>>(
    planned(sql`select p.id, p.model_id as "modelId", p.place, encode(o.sha256, 'hex') as sha256,
        m.name || ' ' || m.version as model, p.isolation
      from predictions p join objects o on o.id = p.object_id join models m on m.id = p.model_id
      where p.worker_id = ${workerId} and p.state = 'running' and p.id <> all(${uuids(ids)})`),
  );
  return [...rows];
}
