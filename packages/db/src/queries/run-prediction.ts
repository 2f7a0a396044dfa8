import type { Annotation, Answer } from '@assay/shared';
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { models } from '../schema/model.ts';
import { objects } from '../schema/object.ts';
import { annotations, labels, predictions } from '../schema/prediction.ts';
import { uploads } from '../schema/run.ts';
import { insertRows } from './insert-rows.ts';

const unfinished = inArray(predictions.state, ['queued', 'running']);

/** Everything that the worker needs to make a prediction, in one row; undefined when it is final or gone. */
export async function startPrediction(db: Db, id: string) {
  return db.transaction(async (tx) => {
    const [started] = await tx
      .update(predictions)
      .set({ state: 'running', startedAt: sql`now()`, attempts: sql`${predictions.attempts} + 1`, reason: null })
      .where(and(eq(predictions.id, id), unfinished))
      .returning({ objectId: predictions.objectId, modelId: predictions.modelId, attempts: predictions.attempts });
    if (!started) return undefined;
    const [row] = await tx
      .select({
        sha256: objects.sha256,
        size: objects.size,
        mediaType: objects.mediaType,
        mime: objects.mime,
        encoding: objects.encoding,
        model: models.name,
        version: models.version,
        manifest: models.manifest,
        // What a model made has no name but what the model said that it is.
        fileName: sql<string>`coalesce(
          (select ${uploads.fileName} from ${uploads}
            where ${uploads.objectId} = ${objects.id} order by ${uploads.id} limit 1),
          (select label from derivations where child_id = ${objects.id} and label is not null limit 1),
          '')`,
      })
      .from(objects)
      .innerJoin(models, eq(models.id, started.modelId))
      .where(eq(objects.id, started.objectId));
    return row && { id, ...started, ...row };
  });
}

export type StartedPrediction = NonNullable<Awaited<ReturnType<typeof startPrediction>>>;

/** Writes the answer, once: returns false when the prediction was already final. */
export async function succeedPrediction(tx: Db, id: string, answer: Answer): Promise<boolean> {
  const { classes, result } = answer;
  if (!(await finish(tx, id, { state: 'succeeded', classes, result, reason: null }))) return false;
  const rows = flattenResult(result).map(({ number = null, word = null, ...label }) => ({
    predictionId: id,
    ...label,
    number,
    word,
  }));
  if (rows.length > 0) await tx.execute(insertRows(labels, rows));
  await insertAnnotations(tx, id, answer.annotations);
  return true;
}

/** Ends the prediction without a result. Returns false when it was already final. */
export function failPrediction(tx: Db, id: string, reason: string): Promise<boolean> {
  return finish(tx, id, { state: 'failed', reason });
}

async function finish(tx: Db, id: string, end: Partial<typeof predictions.$inferInsert>): Promise<boolean> {
  const rows = await tx
    .update(predictions)
    .set({ ...end, finishedAt: sql`now()` })
    .where(and(eq(predictions.id, id), unfinished))
    .returning({ id: predictions.id });
  return rows.length === 1;
}

/** Back to waiting. `burnt`: the attempt counts, since the model had its chance. */
export async function requeuePrediction(tx: Db, id: string, why: { reason: string; burnt: boolean }): Promise<void> {
  const attempts = why.burnt ? predictions.attempts : sql`greatest(${predictions.attempts} - 1, 0)`;
  await tx
    .update(predictions)
    .set({ state: 'queued', reason: why.reason, startedAt: null, attempts })
    .where(and(eq(predictions.id, id), unfinished));
}

/** A failed or cancelled prediction is queued once more, with all its attempts. Returns its model's name, or undefined. */
export async function reopenPrediction(tx: Db, id: string): Promise<string | undefined> {
  const [reopened] = await tx
    .update(predictions)
    .set({ state: 'queued', reason: null, attempts: 0, queuedAt: sql`now()`, startedAt: null, finishedAt: null })
    .where(and(eq(predictions.id, id), inArray(predictions.state, ['failed', 'cancelled'])))
    .returning({ modelId: predictions.modelId });
  if (!reopened) return undefined;
  const [model] = await tx.select({ name: models.name }).from(models).where(eq(models.id, reopened.modelId));
  return model?.name;
}

async function insertAnnotations(tx: Db, predictionId: string, list: Annotation[]): Promise<void> {
  const rows = list.map((annotation, position) => ({
    predictionId,
    position,
    label: annotation.label,
    score: annotation.score,
    text: annotation.text,
    box: annotation.box,
    timeStart: annotation.time?.start,
    timeEnd: annotation.time?.end,
    spanStart: annotation.span?.start,
    spanEnd: annotation.span?.end,
  }));
  if (rows.length > 0) await tx.execute(insertRows(annotations, rows));
}

type Label = { class: string; number?: number; word?: string };

/** Numbers as they are, true and false as 1 and 0, strings and lists of these a row each; other objects have no label. */
function flattenResult(result: Record<string, unknown>): Label[] {
  return Object.entries(result).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap((item): Label[] => {
      if (typeof item === 'number') return [{ class: name, number: item }];
      if (typeof item === 'boolean') return [{ class: name, number: Number(item) }];
      if (typeof item === 'string') return [{ class: name, word: item }];
      return [];
    }),
  );
}
