import { type SQL, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { actions } from '../schema/action.ts';

/** What an action is about: one prediction, all of a run, or all of a model. */
export type WorkScope = { predictionId: string } | { runId: string } | { modelId: number };

/** Whether the row `p` of `predictions` is within. */
export function isWithin(scope: WorkScope): SQL {
  if ('predictionId' in scope) return sql`p.id = ${scope.predictionId}`;
  if ('modelId' in scope) return sql`p.model_id = ${scope.modelId}`;
  return sql`p.id in (select prediction_id from run_predictions where run_id = ${scope.runId})`;
}

// Any number that nothing else in this database locks.
const actionsLock = 4_152_031;

/** To the end of this transaction, no other action changes predictions. */
export async function lockActions(tx: Db): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${actionsLock})`);
}

/** Who did what to which work. */
export async function recordAction(
  tx: Db,
  {
    scope,
    ...action
  }: Pick<typeof actions.$inferInsert, 'action' | 'by' | 'predictions' | 'detail'> & {
    scope: WorkScope;
  },
): Promise<void> {
  await tx.insert(actions).values({ ...action, ...scope });
}
