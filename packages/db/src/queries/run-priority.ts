import type { RunPriority } from '@assay/shared';
import { eq, sql } from 'drizzle-orm';
import { recordActs } from '../audit.ts';
import type { Db } from '../client.ts';
import { runs } from '../schema/run.ts';
import { strides } from './line.ts';
import type { Queueing } from './retry-predictions.ts';
import { lockActions, type WorkActor } from './work-scope.ts';

/** The run's share of the models' time beside others, for what waits and for what is still to come. */
export async function changeRunPriority(
  db: Db,
  { sender, line }: Queueing,
  { runId, priority, by }: { runId: string; priority: RunPriority; by: WorkActor },
): Promise<void> {
  await db.transaction(async (tx) => {
    await lockActions(tx);
    await tx.update(runs).set({ priority }).where(eq(runs.id, runId));
    const waiting = await tx.execute<{ id: string; modelId: number }>(sql`
      select p.id, p.model_id as "modelId" from predictions p join run_predictions rp on rp.prediction_id = p.id
      where rp.run_id = ${runId} and p.state = 'queued' order by p.place, p.id`);
    for (const [modelId, own] of Map.groupBy(waiting, (row) => row.modelId)) {
      line.forget(modelId, runId);
      const [first = 0] = await line.take(tx, [{ modelId, runId, priority, count: own.length }]);
      const jobs = own.map(({ id }, i) => ({ id, place: first + i * strides[priority] }));
      // Jobs before rows, as whoever claims has them.
      await sender.move(tx, modelId, jobs);
      await tx.execute(sql`
        update predictions p set place = new.place
        from jsonb_to_recordset(${JSON.stringify(jobs)}::jsonb) as new(id uuid, place int)
        where p.id = new.id and p.state = 'queued'`);
    }
    const details = { priority, predictions: waiting.length };
    await recordActs(tx, [{ by, act: 'change_priority', subject: { kind: 'run', id: runId }, details }]);
  });
}
