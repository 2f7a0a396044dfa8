import {
  type Annotation,
  type CaseRight,
  estimateSeconds,
  type ModelState,
  type PredictionView,
  type WaitingFor,
} from '@assay/shared';
import { and, eq, sql } from 'drizzle-orm';
import { type Db, planned } from '../client.ts';
import { bigints } from '../list-parameter.ts';
import { user } from '../schema/auth.ts';
import { modelEndpoints, modelPauses, models } from '../schema/model.ts';
import { annotations, predictions } from '../schema/prediction.ts';
import { uploads } from '../schema/run.ts';
import { workers } from '../schema/worker.ts';
import { listModelRates } from './model-rates.ts';
import { canTakeWork, findNewerVersions } from './models.ts';
import { type Asker, casesOf, isVisibleTo } from './visibility.ts';

/** The names and uploaders of the objects in the asker's cases, oldest upload first. */
export function listUploadsOf(db: Db, asker: Asker, objectIds: number[]) {
  return db
    .select({
      objectId: uploads.objectId,
      fileName: uploads.fileName,
      falseExtension: uploads.falseExtension,
      uploadedAt: uploads.uploadedAt,
      uploadedBy: user.username,
    })
    .from(uploads)
    .innerJoin(user, eq(user.id, uploads.uploadedBy))
    .where(
      planned(sql`${uploads.objectId} = any(${bigints(objectIds)}) and ${uploads.caseId} in ${casesOf(asker, 'see')}`),
    )
    .orderBy(uploads.id);
}

/** Whether there is a prediction with that id, of an object in a case in which the asker has the right. */
export async function hasPrediction(db: Db, asker: Asker, id: string, right: CaseRight): Promise<boolean> {
  const rows = await db
    .select({ id: predictions.id })
    .from(predictions)
    .where(and(eq(predictions.id, id), isVisibleTo(asker, sql`${predictions.objectId}`, right)));
  return rows.length === 1;
}

/** Every prediction of the objects, by object and in the order of the models' names, as the asker may read it. */
export async function listPredictionsOf(
  db: Db,
  asker: Asker,
  objectIds: number[],
): Promise<Map<number, PredictionView[]>> {
  const [rows, marks, away, newerThan] = await Promise.all([
    db
      .select({
        prediction: predictions,
        model: models.name,
        version: models.version,
        worker: sql<string | null>`${workers.host} || ':' || ${workers.pid}`,
        cancelledBy: sql<string | null>`case when ${sharesCase(asker)} then ${user.username} end`,
        ahead: sql<number | null>`case when ${predictions.state} = 'queued' then (select count(*)::int from (
          select 1 from predictions p where p.model_id = ${predictions.modelId} and p.state = 'queued'
          and (p.place, p.id) < (${predictions.place}, ${predictions.id}) limit 10000) before) end`,
      })
      .from(predictions)
      .innerJoin(models, eq(models.id, predictions.modelId))
      .leftJoin(workers, eq(workers.id, predictions.workerId))
      .leftJoin(user, eq(user.id, predictions.cancelledBy))
      .where(planned(sql`${predictions.objectId} = any(${bigints(objectIds)})`))
      .orderBy(models.name, predictions.id),
    listAnnotationsOf(db, objectIds),
    listModelsAway(db),
    findNewerVersions(db),
  ]);
  const queued = rows.flatMap(({ prediction: { state, modelId } }) => (state === 'queued' ? [modelId] : []));
  const rates = await listModelRates(db, queued);
  const views = new Map<number, PredictionView[]>(objectIds.map((id) => [id, []]));
  for (const { prediction: p, model, version, worker, cancelledBy, ahead } of rows) {
    const absence = p.state === 'queued' ? away.get(p.modelId) : undefined;
    const rate = absence ? undefined : rates.get(p.modelId);
    views.get(p.objectId)?.push({
      id: p.id,
      model,
      version,
      state: p.state,
      reason: p.reason,
      fault: p.fault,
      waitingSince: absence?.since.toISOString() ?? null,
      waitingFor: absence?.why ?? null,
      result: p.result,
      classes: p.classes,
      annotations: marks.get(p.id) ?? [],
      attempts: p.attempts,
      ahead,
      secondsLeft: rate && ahead !== null ? estimateSeconds(ahead + 1, rate) : null,
      worker,
      cancelledBy,
      newerVersion: newerThan(model, version),
      queuedAt: p.queuedAt.toISOString(),
      startedAt: p.startedAt?.toISOString() ?? null,
      finishedAt: p.finishedAt?.toISOString() ?? null,
    });
  }
  return views;
}

/** Whether who cancelled the prediction is a member of a case of the asker's that has the object. */
const sharesCase = (asker: Asker) => sql`exists (select from case_objects co
  join case_members other on other.case_id = co.case_id and other.user_id = ${predictions.cancelledBy}
  where co.object_id = ${predictions.objectId} and co.case_id in ${casesOf(asker, 'see')})`;

async function listAnnotationsOf(db: Db, objectIds: number[]): Promise<Map<string, Annotation[]>> {
  const rows = await db
    .select({ row: annotations })
    .from(annotations)
    .where(planned(sql`${annotations.objectId} = any(${bigints(objectIds)})`))
    .orderBy(annotations.predictionId, annotations.position);
  const byPrediction = new Map<string, Annotation[]>();
  for (const { row } of rows) {
    const list = byPrediction.get(row.predictionId) ?? [];
    list.push(readAnnotation(row));
    byPrediction.set(row.predictionId, list);
  }
  return byPrediction;
}

export function readAnnotation(row: typeof annotations.$inferSelect): Annotation {
  return {
    label: row.label,
    ...(row.score !== null && { score: row.score }),
    ...(row.text !== null && { text: row.text }),
    ...(row.box && { box: row.box }),
    ...(row.timeStart !== null && row.timeEnd !== null && { time: { start: row.timeStart, end: row.timeEnd } }),
    ...(row.spanStart !== null && row.spanEnd !== null && { span: { start: row.spanStart, end: row.spanEnd } }),
  };
}

/** Since when a model takes no work, and why. */
export interface Absence {
  since: Date;
  why: WaitingFor;
}

/** The models that no endpoint can serve at present, one without endpoints among them, and those that are paused. */
export async function listModelsAway(db: Db): Promise<Map<number, Absence>> {
  const rows = await db
    .select({
      id: models.id,
      states: sql<(ModelState | null)[]>`array_agg(${modelEndpoints.state}::text)`,
      since: sql<string>`coalesce(max(${modelEndpoints.stateSince}), ${models.firstSeenAt})`,
      pausedSince: sql<string | null>`max(${modelPauses.since})`,
    })
    .from(models)
    .leftJoin(modelEndpoints, eq(modelEndpoints.modelId, models.id))
    .leftJoin(modelPauses, eq(modelPauses.modelId, models.id))
    .groupBy(models.id);
  return new Map(
    rows.flatMap(({ id, states, since, pausedSince }): [number, Absence][] => {
      if (!states.some((state) => state && canTakeWork(state)))
        return [[id, { since: new Date(since), why: explainAbsence(states) }]];
      return pausedSince === null ? [] : [[id, { since: new Date(pausedSince), why: 'paused' }]];
    }),
  );
}

function explainAbsence(states: readonly (ModelState | null)[]): WaitingFor {
  if (states.includes('starting')) return 'starting';
  return states.includes('failed') ? 'failed' : 'offline';
}
