import { sql } from 'drizzle-orm';
import semver from 'semver';
import { recordActs } from '../audit.ts';
import type { Db } from '../client.ts';
import { uuids } from '../list-parameter.ts';
import { models } from '../schema/model.ts';
import { strides } from './line.ts';
import { listCurrentModels } from './models.ts';
import { notifyRuns } from './notify-runs.ts';
import { requestPredictions } from './request-predictions.ts';
import type { Queueing } from './retry-predictions.ts';
import {
  isWithin,
  isWithoutBytes,
  lockActions,
  refuseDeleted,
  subjectOf,
  type WorkActor,
  type WorkScope,
} from './work-scope.ts';

const askedAtOnce = 5_000;

/**
 * Asks the newest version of each model for what older ones were asked within the scope. The old predictions stay as
 * they are; each new one belongs to every run that the old one belongs to. Objects whose bytes were deleted are left out.
 * Returns how many are new. Throws `object_deleted` when there are only such.
 */
export async function runAgain(db: Db, queueing: Queueing, scope: WorkScope, by: WorkActor): Promise<number> {
  const newer = await listNewerModels(db);
  let made = 0;
  for (let last = askedAtOnce; last === askedAtOnce; made += last)
    last = await db.transaction(async (tx) => {
      await lockActions(tx);
      const newerOnes = sql`objects o
        join jsonb_to_recordset(${JSON.stringify(newer)}::jsonb) as newer(from_model int, to_model int, accepts jsonb)
          on newer.accepts ? o.media_type::text`;
      const isUnasked = sql`o.id = p.object_id and newer.from_model = p.model_id and p.state <> 'skipped' and not exists (
        select 1 from predictions other where other.object_id = p.object_id and other.model_id = newer.to_model)`;
      const asked = await tx.execute<{ objectId: string; modelId: number }>(sql`
        select distinct p.object_id as "objectId", newer.to_model as "modelId" from predictions p, ${newerOnes}
        where ${isWithin(scope)} and ${isUnasked} and not ${isWithoutBytes(scope, by)}
        order by 1, 2 limit ${askedAtOnce}`);
      if (made + asked.length === 0)
        await refuseDeleted(tx, scope, by, sql`exists (select from ${newerOnes} where ${isUnasked})`);
      const ids = await askFor(tx, queueing, asked);
      await recordActs(tx, [{ by, act: 'run_again', subject: subjectOf(scope), details: { predictions: ids.length } }]);
      return ids.length;
    });
  return made;
}

async function askFor(tx: Db, { sender, line }: Queueing, asked: readonly { objectId: string; modelId: number }[]) {
  const made: string[] = [];
  for (const [modelId, own] of Map.groupBy(asked, (row) => row.modelId)) {
    const [first = 0] = await line.take(tx, [{ modelId, runId: 'again', priority: 'normal', count: own.length }]);
    const wanted = own.map(({ objectId }, i) => ({
      objectId: Number(objectId),
      modelId,
      place: first + i * strides.normal,
    }));
    const jobs = (await requestPredictions(tx, wanted)).filter(({ isNew }) => isNew);
    await sender.send(tx, modelId, jobs);
    made.push(...jobs.map(({ id }) => id));
  }
  await tx.execute(sql`
    insert into run_predictions (run_id, prediction_id)
    select distinct rp.run_id, made.id from predictions made
    join models m on m.id = made.model_id
    join models older on older.name = m.name and older.id <> m.id
    join predictions p on p.object_id = made.object_id and p.model_id = older.id
    join run_predictions rp on rp.prediction_id = p.id
    where made.id = any(${uuids(made)}) order by 1, 2 on conflict do nothing`);
  await notifyRuns(tx, made);
  return made;
}

/** For each older version, the one that new work of its name goes to. */
async function listNewerModels(db: Db) {
  const [all, current] = await Promise.all([db.select().from(models), listCurrentModels(db)]);
  return current.flatMap(({ id, name, version, manifest }) =>
    all
      .filter((model) => model.name === name && semver.lt(model.version, version))
      .map((model) => ({ from_model: model.id, to_model: id, accepts: manifest.accepts })),
  );
}
