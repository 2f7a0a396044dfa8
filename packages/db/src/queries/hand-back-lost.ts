import { sql } from 'drizzle-orm';
import { digestOf } from '../audit/digest.ts';
import { recordDigests } from '../audit.ts';
import type { Db } from '../client.ts';
import type { WorkQueue } from '../queue.ts';
import { notifyRuns } from './notify-runs.ts';

interface LostPrediction {
  id: string;
  modelId: number;
  place: number;
  /** It ran alone when its worker ended, for the last time. */
  fails: boolean;
  sha256: string;
  model: string;
}

const reason = 'Its worker ended while it ran';
const ending = { state: 'failed', reason, fault: 'unknown', classes: [], result: null, annotations: [] } as const;

/**
 * Puts back what workers had in hand that are there no longer. Which of their predictions was the end of a worker can't
 * be told: each is tried alone from now on, at no cost; but one that ran alone when its worker ended is told, and pays.
 */
export function handBackLost(db: Db, queue: WorkQueue, maxAttempts: number): Promise<number> {
  return db.transaction(async (tx) => {
    const lost = await tx.execute<LostPrediction & Record<string, unknown>>(sql`
      select p.id, p.model_id as "modelId", p.place, p.isolation <> 'none' and p.attempts >= ${maxAttempts} as fails,
        encode(o.sha256, 'hex') as sha256, m.name || ' ' || m.version as model
      from predictions p join objects o on o.id = p.object_id join models m on m.id = p.model_id
      where p.worker_id is not null and p.state = 'running'
        and not exists (select 1 from workers w where w.id = p.worker_id)
      order by p.id for no key update of p skip locked`);
    if (lost.length === 0) return 0;
    const failed = lost.filter(({ fails }) => fails);
    const record = await recordDigests(tx, 'failed', digestAll(failed));
    await tx.execute(sql`
      update predictions p set worker_id = null, isolation = greatest(p.isolation, 'in_worker'), reason = ${reason},
        attempts = p.attempts - case when p.isolation = 'none' then 1 else 0 end,
        state = case when f.fails then 'failed' else 'queued' end::prediction_state,
        fault = case when f.fails then 'unknown' end::fault_owner,
        audit_record_id = case when f.fails then ${record}::bigint else p.audit_record_id end,
        started_at = case when f.fails then p.started_at end, finished_at = case when f.fails then now() end
      from jsonb_to_recordset(${JSON.stringify(lost)}::jsonb) as f(id uuid, fails boolean) where p.id = f.id`);
    for (const [modelId, jobs] of Map.groupBy(lost, (row) => row.modelId)) {
      await queue.remove(
        tx,
        modelId,
        jobs.map(({ id }) => id),
      );
      await queue.send(
        tx,
        modelId,
        jobs.filter(({ fails }) => !fails),
      );
    }
    await notifyRuns(
      tx,
      lost.map(({ id }) => id),
    );
    return lost.length;
  });
}

const digestAll = (failed: LostPrediction[]) =>
  Object.fromEntries(failed.map(({ id, sha256, model }) => [id, digestOf({ ...ending, id, sha256, model })]));
