import { sql } from 'drizzle-orm';
import { digestOf } from '../audit/digest.ts';
import { recordDigests } from '../audit.ts';
import type { Db } from '../client.ts';
import type { WorkQueue } from '../queue.ts';
import type { Isolation } from '../schema/prediction.ts';
import { notifyRuns } from './notify-runs.ts';

interface LostPrediction {
  id: string;
  modelId: number;
  place: number;
  /** As its worker's end says. */
  isolation: Isolation;
  /** The attempt counts. */
  pays: boolean;
  /** It was the last. */
  fails: boolean;
  sha256: string;
  model: string;
}

const reason = 'Its worker ended while it ran';
const ending = { state: 'failed', reason, fault: 'unknown', classes: [], result: null, annotations: [] } as const;

/**
 * Puts back what workers had in hand that are there no longer. Which of their predictions was the end of a worker can't
 * be told: each is tried alone from now on, one at a time of each model, at no cost; but the only one that ran alone when
 * its worker ended pays. Of several, and of one beside which the worker had others in hand that were not isolated yet,
 * each is tried once more with none of these beside it, and pays from then on: whatever else was the cause is isolated too.
 */
export function handBackLost(db: Db, queue: WorkQueue, maxAttempts: number): Promise<number> {
  return db.transaction(async (tx) => {
    const lost = await tx.execute<LostPrediction & Record<string, unknown>>(sql`
      with lost as (
        select id, object_id, model_id, place, attempts, worker_id, isolation, isolation <> 'none' and started_at is not null as ran_alone
        from predictions p where worker_id is not null and state = 'running'
          and not exists (select 1 from workers w where w.id = p.worker_id)
        order by id for no key update skip locked
      ), seen as (
        select *, bool_or(isolation = 'none') over (partition by worker_id)
          or count(*) filter (where ran_alone) over (partition by worker_id) > 1 as has_others from lost
      ), judged as (
        select *, ran_alone and (isolation = 'at_model' or not has_others) as pays from seen
      )
      select p.id, p.model_id as "modelId", p.place, encode(o.sha256, 'hex') as sha256, m.name || ' ' || m.version as model,
        case when p.ran_alone and not p.pays then 'at_model' else greatest(p.isolation, 'in_worker') end as isolation,
        p.pays, p.pays and p.attempts >= ${maxAttempts} as fails
      from judged p join objects o on o.id = p.object_id join models m on m.id = p.model_id order by p.id`);
    if (lost.length === 0) return 0;
    const failed = lost.filter(({ fails }) => fails);
    const record = await recordDigests(tx, 'failed', digestAll(failed));
    await tx.execute(sql`
      update predictions p set worker_id = null, isolation = f.isolation, reason = ${reason},
        attempts = p.attempts - case when f.pays then 0 else 1 end,
        state = case when f.fails then 'failed' else 'queued' end::prediction_state,
        fault = case when f.fails then 'unknown' end::fault_owner,
        audit_record_id = case when f.fails then ${record}::bigint else p.audit_record_id end,
        started_at = case when f.fails then p.started_at end, finished_at = case when f.fails then now() end
      from jsonb_to_recordset(${JSON.stringify(lost)}::jsonb) as f(id uuid, isolation isolation, pays boolean, fails boolean)
      where p.id = f.id`);
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
