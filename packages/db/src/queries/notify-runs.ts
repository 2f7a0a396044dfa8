import { sql } from 'drizzle-orm';
import { type Db, planned } from '../client.ts';
import { uuids } from '../list-parameter.ts';

/** On it goes the id of a run of which a prediction has changed. */
export const runsChannel = 'assay_runs';

/** Tells those who watch it, when this transaction commits, that the run has changed. */
export async function notifyRun(tx: Db, runId: string): Promise<void> {
  await tx.execute(sql`select pg_notify(${runsChannel}, ${runId})`);
}

/** Tells those who watch runs, when this transaction commits, that these predictions have changed. */
export async function notifyRuns(tx: Db, predictionIds: string[]): Promise<void> {
  if (predictionIds.length === 0) return;
  await tx.execute(
    planned(sql`select pg_notify(${runsChannel}, run_id::text) from (select distinct run_id from run_predictions
      where prediction_id = any(${uuids(predictionIds)})) r`),
  );
}
