import { type SQL, sql } from 'drizzle-orm';
import type { Act, Actor } from '../audit.ts';
import type { Db } from '../client.ts';

/** What an action is about: one prediction, all of a run, or all of a model. `model`: its name and version. */
export type WorkScope = { predictionId: string } | { runId: string } | { modelId: number; model: string };

/** Who acts on work. */
export type WorkActor = Actor & { id: string };

/** Whether the row `p` of `predictions` is within. */
export function isWithin(scope: WorkScope): SQL {
  if ('predictionId' in scope) return sql`p.id = ${scope.predictionId}`;
  if ('modelId' in scope) return sql`p.model_id = ${scope.modelId}`;
  return sql`p.id in (select prediction_id from run_predictions where run_id = ${scope.runId})`;
}

/** The same for the audit trail. */
export function subjectOf(scope: WorkScope): NonNullable<Act['subject']> {
  if ('predictionId' in scope) return { kind: 'prediction', id: scope.predictionId };
  if ('modelId' in scope) return { kind: 'model', id: scope.model };
  return { kind: 'run', id: scope.runId };
}

// Any number that nothing else in this database locks.
const actionsLock = 4_152_031;

/** To the end of this transaction, no other action changes predictions. */
export async function lockActions(tx: Db): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${actionsLock})`);
}
