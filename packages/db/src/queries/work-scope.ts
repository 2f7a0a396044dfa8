import { AppError, type ObjectHash } from '@assay/shared';
import { type SQL, sql } from 'drizzle-orm';
import type { Act, Actor } from '../audit.ts';
import type { Db } from '../client.ts';
import { type Asker, isDeletedFor } from './visibility.ts';

/** What an action is about: one prediction, all of a run, or all of a model. `model`: its name and version. */
export type WorkScope = { predictionId: string } | { runId: string } | { modelId: number; model: string };

/** Who acts on work. */
export type WorkActor = Actor & Asker;

/** Whether the row `p` of `predictions` is within. */
export function isWithin(scope: WorkScope): SQL {
  if ('predictionId' in scope) return sql`p.id = ${scope.predictionId}`;
  if ('modelId' in scope) return sql`p.model_id = ${scope.modelId}`;
  return sql`p.id in (select prediction_id from run_predictions where run_id = ${scope.runId})`;
}

/** Whether the bytes of the object of the row `p` were deleted: for this person or, where all of a model is meant, for all. */
export const isWithoutBytes = (scope: WorkScope, by: Asker): SQL =>
  'modelId' in scope
    ? sql`exists (select from objects gone where gone.id = p.object_id and gone.released_at is not null)`
    : isDeletedFor(by, sql`p.object_id`);

const mostNamed = 20;

/**
 * Of a run or a prediction: throws `object_deleted`, which names the objects of the predictions `p` that nothing but the want
 * of their bytes keeps from going on.
 */
export async function refuseDeleted(tx: Db, scope: WorkScope, by: Asker, wanted: SQL): Promise<void> {
  if ('modelId' in scope) return;
  const rows = await tx.execute<{ sha256: ObjectHash }>(sql`
    select distinct encode(o.sha256, 'hex') as sha256 from predictions p join objects o on o.id = p.object_id
    where ${isWithin(scope)} and ${wanted} and ${isWithoutBytes(scope, by)} order by 1 limit ${mostNamed}`);
  const [first, ...others] = rows.map(({ sha256 }) => ({
    code: 'object_deleted' as const,
    message: `The bytes of ${sha256} were deleted: no model can be asked about it. Upload it again to bring it back`,
  }));
  if (first) throw AppError.of(first, ...others);
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
