import { eq, type SQL, sql } from 'drizzle-orm';
import { recordActs } from '../audit.ts';
import type { Db } from '../client.ts';
import type { JobSender } from '../queue.ts';
import { runs } from '../schema/run.ts';
import { withdrawnChannel } from './held-predictions.ts';
import { notifyRuns } from './notify-runs.ts';
import { isWithin, lockActions, subjectOf, type WorkActor, type WorkScope } from './work-scope.ts';

// Few enough that nobody waits long for the rows.
const cancelledAtOnce = 5_000;

/**
 * Cancels what waits or runs within the scope, and calls off the model's work. Of a run, what another run asked for too
 * goes on, unless that one was cancelled as well. Returns how many were cancelled.
 */
export async function cancelPredictions(db: Db, sender: JobSender, scope: WorkScope, by: WorkActor): Promise<number> {
  let cancelled = 0;
  for (let last = cancelledAtOnce; last === cancelledAtOnce; cancelled += last)
    last = await db.transaction(async (tx) => {
      await lockActions(tx);
      if ('runId' in scope && cancelled === 0)
        await tx.update(runs).set({ cancelledBy: by.id, cancelledAt: sql`now()` }).where(eq(runs.id, scope.runId));
      const wanted =
        'runId' in scope
          ? sql`and not exists (select 1 from run_predictions rp join runs r on r.id = rp.run_id
              where rp.prediction_id = p.id and r.id <> ${scope.runId} and r.cancelled_at is null)`
          : sql``;
      const predictions = await withdraw(tx, sender, sql`${isWithin(scope)} ${wanted}`, { by: by.id, reason: null });
      await recordActs(tx, [{ by, act: 'cancel', subject: subjectOf(scope), details: { predictions } }]);
      return predictions;
    });
  return cancelled;
}

/** The same for all there are. */
export async function withdrawAll(...asked: Parameters<typeof withdraw>): Promise<void> {
  while ((await withdraw(...asked)) === cancelledAtOnce);
}

/** Cancels those of the predictions `p` that wait or run, some at once, and calls off the model's work. Returns how many. */
async function withdraw(
  tx: Db,
  sender: Pick<JobSender, 'remove'>,
  which: SQL,
  { by, reason }: { by: string | null; reason: string | null },
): Promise<number> {
  const rows = await tx.execute<{ id: string; modelId: number }>(sql`
    with unwanted as (
      select p.id from predictions p where ${which} and p.state in ('queued', 'running')
      order by p.id limit ${cancelledAtOnce} for no key update
    )
    update predictions p set state = 'cancelled', cancelled_by = ${by}, reason = ${reason}, worker_id = null,
      isolation = 'none', finished_at = now()
    from unwanted where p.id = unwanted.id returning p.id, p.model_id as "modelId"`);
  for (const [modelId, own] of Map.groupBy(rows, (row) => row.modelId))
    await sender.remove(
      tx,
      modelId,
      own.map(({ id }) => id),
    );
  const ids = rows.map(({ id }) => id);
  await notifyRuns(tx, ids);
  await tx.execute(sql`select pg_notify(${withdrawnChannel}, '')`);
  return ids.length;
}
