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
import { modelEndpoints, modelPauses, models } from '../schema/model.ts';
import { annotations, predictions } from '../schema/prediction.ts';
import { listModelRates } from './model-rates.ts';
import { canTakeWork, findNewerVersions } from './models.ts';
import { type Asker, casesOf, isVisibleTo, maySeeUpload } from './visibility.ts';

/** The names and uploaders of the objects in the asker's cases, oldest upload first. */
export async function listUploadsOf(db: Db, asker: Asker, objectIds: number[]) {
  const rows = await db.execute<{
    objectId: string;
    fileName: string;
    falseExtension: string | null;
    uploadedAt: string;
    uploadedBy: string | null;
  }>(
    planned(sql`select u.object_id as "objectId", u.file_name as "fileName", u.false_extension as "falseExtension",
        u.uploaded_at as "uploadedAt", p.username as "uploadedBy"
      from uploads u join "user" p on p.id = u.uploaded_by
      where u.object_id = any(${bigints(objectIds)}) and ${maySeeUpload(asker)} order by u.id`),
  );
  return rows.map(({ objectId, uploadedAt, ...row }) => ({
    ...row,
    objectId: Number(objectId),
    uploadedAt: new Date(uploadedAt),
  }));
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
    readPredictions(db, asker, objectIds),
    listAnnotationsOf(db, objectIds),
    listModelsAway(db),
    findNewerVersions(db),
  ]);
  const queued = rows.flatMap(({ state, modelId }) => (state === 'queued' ? [modelId] : []));
  const rates = await listModelRates(db, queued);
  const views = new Map<number, PredictionView[]>(objectIds.map((id) => [id, []]));
  for (const { objectId, modelId, queuedAt, startedAt, finishedAt, ...row } of rows) {
    const { id, model, version, state, ahead } = row;
    const absence = state === 'queued' ? away.get(modelId) : undefined;
    const rate = absence ? undefined : rates.get(modelId);
    views.get(Number(objectId))?.push({
      ...row,
      waitingSince: absence?.since.toISOString() ?? null,
      waitingFor: absence?.why ?? null,
      annotations: marks.get(id) ?? [],
      secondsLeft: rate && ahead !== null ? estimateSeconds(ahead + 1, rate) : null,
      newerVersion: newerThan(model, version),
      queuedAt: toIso(queuedAt),
      startedAt: startedAt === null ? null : toIso(startedAt),
      finishedAt: finishedAt === null ? null : toIso(finishedAt),
    });
  }
  return views;
}

const toIso = (moment: string) => new Date(moment).toISOString();

type PredictionRow = Pick<
  PredictionView,
  'id' | 'model' | 'version' | 'state' | 'reason' | 'fault' | 'result' | 'classes' | 'attempts' | 'ahead' | 'worker'
> & {
  cancelledBy: string | null;
  objectId: string;
  modelId: number;
  queuedAt: string;
  startedAt: string | null;
  finishedAt: string | null;
};

/** By SQL, as objects by their hashes are. */
async function readPredictions(db: Db, asker: Asker, objectIds: number[]): Promise<PredictionRow[]> {
  const rows = await db.execute<PredictionRow>(
    planned(sql`select p.id, p.object_id as "objectId", p.model_id as "modelId", m.name as model, m.version, p.state,
        p.reason, p.fault, p.result, p.classes, p.attempts, p.queued_at as "queuedAt", p.started_at as "startedAt",
        p.finished_at as "finishedAt", w.host || ':' || w.pid as worker,
        case when p.cancelled_by is not null and ${sharesCase(asker)} then c.username end as "cancelledBy",
        case when p.state = 'queued' then (select count(*)::int from (
          select 1 from predictions q where q.model_id = p.model_id and q.state = 'queued'
          and (q.place, q.id) < (p.place, p.id) limit 10000) before) end as ahead
      from predictions p join models m on m.id = p.model_id
      left join workers w on w.id = p.worker_id left join "user" c on c.id = p.cancelled_by
      where p.object_id = any(${bigints(objectIds)}) order by m.name, p.id`),
  );
  return [...rows];
}

/** Whether who cancelled the prediction `p` is a member of a case of the asker's that has the object. */
const sharesCase = (asker: Asker) => sql`exists (select from case_objects co
  join case_members other on other.case_id = co.case_id and other.user_id = p.cancelled_by
  where co.object_id = p.object_id and co.case_id in ${casesOf(asker, 'see')})`;

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
    .leftJoin(modelEndpoints, planned(sql`${modelEndpoints.modelId} = ${models.id}`))
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
