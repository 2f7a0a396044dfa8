import { sql } from 'drizzle-orm';
import { type Db, planned } from '../client.ts';
import { uuids } from '../list-parameter.ts';
import type { WorkQueue } from '../queue.ts';
import type { objects } from '../schema/object.ts';
import type { Isolation } from '../schema/prediction.ts';

/** Everything that a worker needs to make a prediction. */
export interface ClaimedPrediction
  extends Pick<typeof objects.$inferSelect, 'sha256' | 'size' | 'mediaType' | 'mime' | 'encoding'> {
  id: string;
  modelId: number;
  /** Its name and version. */
  model: string;
  objectId: number;
  place: number;
  /** This one included. */
  attempts: number;
  isolation: Isolation;
}

type Row = Omit<ClaimedPrediction, 'size' | 'objectId'> & { size: string; objectId: string } & Record<string, unknown>;

/**
 * Takes up to `most` predictions of the model that are first in its line, for this worker: they run from now on, an
 * isolated one from its `startIsolated` on. Should the machine lose its power now, they wait as before, so nobody waits for the disk.
 */
export function claimPredictions(
  db: Db,
  queue: WorkQueue,
  { modelId, workerId, most }: { modelId: number; workerId: string; most: number },
): Promise<ClaimedPrediction[]> {
  return db.transaction(async (tx) => {
    const [, ids] = await Promise.all([
      tx.execute(sql`set local synchronous_commit = off`),
      queue.claim(tx, modelId, most),
    ]);
    if (ids.length === 0) return [];
    // One whose row somebody holds is being cancelled or moved; who waited here for it would hold up both.
    const rows = await tx.execute<Row>(
      planned(sql`
        with mine as (
          select id from predictions where id = any(${uuids(ids)}) and state = 'queued'
          for no key update skip locked
        )
        update predictions p
        set state = 'running', started_at = case when p.isolation = 'none' then now() end, attempts = p.attempts + 1, worker_id = ${workerId}, reason = null
        from mine, objects o, models m where p.id = mine.id and o.id = p.object_id and m.id = p.model_id
        returning p.id, p.model_id as "modelId", m.name || ' ' || m.version as model, p.object_id as "objectId", p.place, p.attempts,
          p.isolation, encode(o.sha256, 'hex') as sha256, o.size, o.media_type as "mediaType", o.mime,
          o.encoding`),
    );
    const claimed = rows.map((row) => ({ ...row, size: Number(row.size), objectId: Number(row.objectId) }));
    const running = new Set(claimed.map(({ id }) => id));
    await queue.unclaim(
      tx,
      modelId,
      ids.filter((id) => !running.has(id)),
    );
    return claimed.sort((a, b) => a.place - b.place);
  });
}

/** An isolated prediction runs from now on. False: the worker has it no longer in hand. */
export async function startIsolated(db: Db, workerId: string, id: string): Promise<boolean> {
  const started = await db.execute(sql`
    update predictions set started_at = now() where id = ${id} and worker_id = ${workerId} and state = 'running' returning 1`);
  return started.length > 0;
}
