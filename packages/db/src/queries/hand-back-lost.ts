import { sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import type { WorkQueue } from '../queue.ts';
import { notifyRuns } from './notify-runs.ts';

interface LostPrediction {
  id: string;
  modelId: number;
  place: number;
  state: string;
}

/**
 * Puts back what workers had in hand that are there no longer. Which of their predictions was the end of a worker can't
 * be told: each is tried alone from now on, at no cost; but one that ran alone when its worker ended is told, and pays.
 */
export function handBackLost(db: Db, queue: WorkQueue, maxAttempts: number): Promise<number> {
  return db.transaction(async (tx) => {
    const lost = await tx.execute<LostPrediction & Record<string, unknown>>(sql`
      with lost as (
        select id from predictions p where worker_id is not null and state = 'running'
          and not exists (select 1 from workers w where w.id = p.worker_id)
        order by id for no key update skip locked
      )
      update predictions p set worker_id = null, runs_alone = true, reason = 'Its worker ended while it ran',
        attempts = p.attempts - case when p.runs_alone then 0 else 1 end,
        state = case when p.runs_alone and p.attempts >= ${maxAttempts} then 'failed' else 'queued' end::prediction_state,
        fault = case when p.runs_alone and p.attempts >= ${maxAttempts} then 'unknown' end::fault_owner,
        started_at = case when p.runs_alone and p.attempts >= ${maxAttempts} then p.started_at end,
        finished_at = case when p.runs_alone and p.attempts >= ${maxAttempts} then now() end
      from lost where p.id = lost.id
      returning p.id, p.model_id as "modelId", p.place, p.state`);
    for (const [modelId, jobs] of Map.groupBy(lost, (row) => row.modelId)) {
      await queue.remove(
        tx,
        modelId,
        jobs.map(({ id }) => id),
      );
      await queue.send(
        tx,
        modelId,
        jobs.filter(({ state }) => state === 'queued'),
      );
    }
    await notifyRuns(
      tx,
      lost.map(({ id }) => id),
    );
    return lost.length;
  });
}
