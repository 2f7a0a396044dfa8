import type { PredictionState, RunPriority } from '@assay/shared';
import { and, count, desc, eq, inArray, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { user } from '../schema/auth.ts';
import { objects } from '../schema/object.ts';
import { predictions } from '../schema/prediction.ts';
import { runModels, runPredictions, runs, uploads } from '../schema/run.ts';
import { insertRows } from './insert-rows.ts';

/**
 * Makes the runs, or finds them: several requests of one person may share one. Returns those that were there. Rows go in
 * sorted, so that two transactions that share runs never deadlock.
 */
export async function ensureRuns(
  tx: Db,
  asker: { id: string },
  ids: string[],
): Promise<{ id: string; askedBy: string; priority: RunPriority }[]> {
  const rows = [...new Set(ids)].sort().map((id) => ({ id, askedBy: asker.id }));
  const made = await tx.execute<{ id: string }>(sql`${insertRows(runs, rows)} on conflict do nothing returning id`);
  if (made.length === rows.length) return [];
  const isNew = new Set(made.map(({ id }) => id));
  const others = rows.flatMap(({ id }) => (isNew.has(id) ? [] : [id]));
  return tx
    .select({ id: runs.id, askedBy: runs.askedBy, priority: runs.priority })
    .from(runs)
    .where(inArray(runs.id, others));
}

/** By the run's id. */
export async function listPriorities(db: Db, ids: string[]): Promise<Map<string, RunPriority>> {
  const rows = await db.select({ id: runs.id, priority: runs.priority }).from(runs).where(inArray(runs.id, ids));
  return new Map(rows.map(({ id, priority }) => [id, priority]));
}

/** Who asked for the run; undefined when there is none. */
export async function findRunOwner(db: Db, id: string): Promise<string | undefined> {
  const [row] = await db.select({ askedBy: runs.askedBy }).from(runs).where(eq(runs.id, id));
  return row?.askedBy;
}

export async function insertUploads(tx: Db, rows: (typeof uploads.$inferInsert)[]): Promise<void> {
  await tx.execute(insertRows(uploads, rows));
}

/** Puts down which models were chosen for runs: what is derived later is for them too. */
export async function chooseForRuns(tx: Db, rows: (typeof runModels.$inferInsert)[]): Promise<void> {
  if (rows.length === 0) return;
  const sorted = [...rows].sort((a, b) => (a.runId === b.runId ? a.modelId - b.modelId : a.runId < b.runId ? -1 : 1));
  await tx.execute(sql`${insertRows(runModels, sorted)} on conflict do nothing`);
}

/** Puts predictions under runs; those that are there already are left as they are. */
export async function addToRuns(tx: Db, rows: (typeof runPredictions.$inferInsert)[]): Promise<void> {
  if (rows.length === 0) return;
  const keyOf = ({ runId, predictionId }: (typeof rows)[number]) => runId + predictionId;
  const sorted = [...rows].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  await tx.execute(sql`${insertRows(runPredictions, sorted)} on conflict do nothing`);
}

/** Runs that this person asked for, newest first, after the run `cursor` in that order. */
export function listRunsOf(db: Db, userId: string, page: { limit: number; cursor?: string | undefined }) {
  // The sender may have made the id, so it says nothing of when.
  const older = page.cursor
    ? sql`(${runs.askedAt}, ${runs.id}) < (select asked_at, id from runs where id = ${page.cursor})`
    : undefined;
  return db
    .select({ id: runs.id, askedAt: runs.askedAt, askedBy: user.username })
    .from(runs)
    .innerJoin(user, eq(user.id, runs.askedBy))
    .where(and(eq(runs.askedBy, userId), older))
    .orderBy(desc(runs.askedAt), desc(runs.id))
    .limit(page.limit);
}

/** The run, if this person asked for it. */
export async function findRunOf(db: Db, userId: string, id: string) {
  const [row] = await db
    .select({
      id: runs.id,
      askedAt: runs.askedAt,
      askedBy: user.username,
      priority: runs.priority,
      cancelledAt: runs.cancelledAt,
      cancelledBy: sql<string | null>`(select username from "user" u where u.id = ${runs.cancelledBy})`,
    })
    .from(runs)
    .innerJoin(user, eq(user.id, runs.askedBy))
    .where(and(eq(runs.id, id), eq(runs.askedBy, userId)));
  return row;
}

/** The files of a run in the order in which they came. */
export function listFilesOfRun(db: Db, runId: string) {
  return db
    .select({
      sha256: objects.sha256,
      md5: objects.md5,
      fileName: uploads.fileName,
      falseExtension: uploads.falseExtension,
      mediaType: objects.mediaType,
      mime: objects.mime,
      size: objects.size,
    })
    .from(uploads)
    .innerJoin(objects, eq(objects.id, uploads.objectId))
    .where(eq(uploads.runId, runId))
    .orderBy(uploads.id);
}

export interface RunCounts {
  files: number;
  states: Partial<Record<PredictionState, number>>;
}

/** How many files each run has, and how many predictions in each state. By the run's id. */
export async function countRuns(db: Db, ids: string[]): Promise<Map<string, RunCounts>> {
  const [files, states] = await Promise.all([
    db
      .select({ id: uploads.runId, n: count() })
      .from(uploads)
      .where(inArray(uploads.runId, ids))
      .groupBy(uploads.runId),
    db
      .select({ id: runPredictions.runId, state: predictions.state, n: count() })
      .from(runPredictions)
      .innerJoin(predictions, eq(predictions.id, runPredictions.predictionId))
      .where(inArray(runPredictions.runId, ids))
      .groupBy(runPredictions.runId, predictions.state),
  ]);
  const counts = new Map<string, RunCounts>(ids.map((id) => [id, { files: 0, states: {} }]));
  for (const { id, n } of files) counts.set(id, { files: n, states: {} });
  for (const { id, state, n } of states) {
    const run = counts.get(id);
    if (run) run.states[state] = n;
  }
  return counts;
}
