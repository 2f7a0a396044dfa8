import { eq, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { modelPauses } from '../schema/model.ts';

/** Models that failed at everything, by number. */
export async function listModelPauses(db: Db) {
  const rows = await db.select().from(modelPauses);
  return new Map(rows.map((row) => [row.modelId, row]));
}

const firstTrialSeconds = 5;
const longestSeconds = 300;

/** Gives the model no more work, but for a trial now and then. A pause that stands is prolonged: its trial failed. */
export async function pauseModel(db: Db, modelId: number, reason: string): Promise<void> {
  await db.execute(sql`
    insert into model_pauses (model_id, reason, trial_at)
    values (${modelId}, ${reason}, now() + make_interval(secs => ${firstTrialSeconds}))
    on conflict (model_id) do update set reason = excluded.reason, trials = model_pauses.trials + 1, trial_at = now()
      + make_interval(secs => least(${longestSeconds}, ${firstTrialSeconds} * 2 ^ least(10, model_pauses.trials + 1)))`);
}

/** Whether this worker is the one that tries the paused model now. The next trial is due when this one is long over. */
export async function takeTrial(db: Db, modelId: number, timeoutSeconds: number): Promise<boolean> {
  const rows = await db.execute(sql`
    update model_pauses set trial_at = now() + make_interval(secs => ${timeoutSeconds + 30})
    where model_id = ${modelId} and trial_at <= now() returning model_id`);
  return rows.length === 1;
}

/** The trial said nothing of the model, since there was nothing to give it, or it had no time: the next one may come soon. */
export async function returnTrial(db: Db, modelId: number): Promise<void> {
  await db.execute(sql`
    update model_pauses set trial_at = least(trial_at, now() + make_interval(secs => ${firstTrialSeconds}))
    where model_id = ${modelId}`);
}

/** The model gets work again. Returns whether it was paused. */
export async function resumeModel(db: Db, modelId: number): Promise<boolean> {
  const rows = await db.delete(modelPauses).where(eq(modelPauses.modelId, modelId)).returning();
  return rows.length === 1;
}
