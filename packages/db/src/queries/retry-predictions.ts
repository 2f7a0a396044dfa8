import type { PredictionState } from '@assay/shared';
import { eq, sql } from 'drizzle-orm';
import { recordActs } from '../audit.ts';
import type { Db } from '../client.ts';
import type { JobSender } from '../queue.ts';
import { runs } from '../schema/run.ts';
import { type Line, strides } from './line.ts';
import { notifyRuns } from './notify-runs.ts';
import {
  isWithin,
  isWithoutBytes,
  lockActions,
  refuseDeleted,
  subjectOf,
  type WorkActor,
  type WorkScope,
} from './work-scope.ts';

export interface Queueing {
  sender: JobSender;
  line: Line;
}

/**
 * Queues those within the scope that ended in one of the states once more, with all their attempts; those whose object's
 * bytes were deleted stay as they are. Returns how many. Throws `object_deleted` when there are only such.
 */
export function retryPredictions(
  db: Db,
  { sender, line }: Queueing,
  asked: { scope: WorkScope; states: Extract<PredictionState, 'failed' | 'cancelled'>[]; by: WorkActor },
): Promise<number> {
  const { scope, states, by } = asked;
  return db.transaction(async (tx) => {
    await lockActions(tx);
    if ('runId' in scope)
      await tx.update(runs).set({ cancelledBy: null, cancelledAt: null }).where(eq(runs.id, scope.runId));
    const rows = await tx.execute<{ id: string; modelId: number }>(sql`
      select p.id, p.model_id as "modelId" from predictions p
      where ${isWithin(scope)} and p.state in ${states} and not ${isWithoutBytes(scope, by)}
      order by p.place, p.id for no key update`);
    if (rows.length === 0) await refuseDeleted(tx, scope, by, sql`p.state in ${states}`);
    await reopenPredictions(tx, { sender, line }, rows);
    await recordActs(tx, [{ by, act: 'retry', subject: subjectOf(scope), details: { predictions: rows.length } }]);
    return rows.length;
  });
}

/** Final predictions wait again, at the head of their models' lines but no denser than a run's. */
async function reopenPredictions(
  tx: Db,
  { sender, line }: Queueing,
  rows: readonly { id: string; modelId: number }[],
): Promise<void> {
  for (const [modelId, own] of Map.groupBy(rows, (row) => row.modelId)) {
    const [first = 0] = await line.take(tx, [{ modelId, runId: 'again', priority: 'normal', count: own.length }]);
    const jobs = own.map(({ id }, i) => ({ id, place: first + i * strides.normal }));
    await tx.execute(sql`
      update predictions p set state = 'queued', place = new.place, reason = null, fault = null, attempts = 0, isolation = 'none',
        cancelled_by = null, queued_at = now(), started_at = null, finished_at = null
      from jsonb_to_recordset(${JSON.stringify(jobs)}::jsonb) as new(id uuid, place int) where p.id = new.id`);
    await sender.send(tx, modelId, jobs);
  }
  await notifyRuns(
    tx,
    rows.map(({ id }) => id),
  );
}
