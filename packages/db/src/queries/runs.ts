import type { CaseRight, PredictionState, RunPriority } from '@assay/shared';
import { and, count, desc, eq, inArray, sql } from 'drizzle-orm';
import { type Db, planned } from '../client.ts';
import type { Statements } from '../one-statement.ts';
import { user } from '../schema/auth.ts';
import { cases } from '../schema/case.ts';
import { objects } from '../schema/object.ts';
import { predictions } from '../schema/prediction.ts';
import { runModels, runPredictions, runs, uploads } from '../schema/run.ts';
import { insertRows } from './insert-rows.ts';
import { putInPlace } from './put-in-place.ts';
import { type Asker, casesOf } from './visibility.ts';

/** A run, and the case that it is in. */
export type WantedRun = { id: string; caseId: string };

export interface TakenRun {
  priority: RunPriority;
  /** It was made by this call. */
  isNew: boolean;
}

/**
 * Makes the runs, or finds them: several requests of one person may share one. By id. Left out are runs
 * of others or in another case, and those whose case takes no uploads of the asker. Rows go in sorted, so that two
 * transactions that share runs never deadlock.
 */
export async function ensureRuns(tx: Db, asker: Asker, wanted: WantedRun[]): Promise<Map<string, TakenRun>> {
  const rows = [...new Map(wanted.map((run) => [run.id, run])).values()];
  const asked = sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id uuid, "caseId" uuid)`;
  const made = await tx.execute<{ id: string; priority: RunPriority }>(
    planned(sql`insert into runs (id, asked_by, case_id) select r.id, ${asker.id}, r."caseId" from ${asked}
      join cases c on c.id = r."caseId" and c.archived_at is null and c.id in ${casesOf(asker, 'contribute')}
      order by r.id on conflict do nothing returning id, priority`),
  );
  const taken = new Map(made.map(({ id, priority }) => [id, { priority, isNew: true }]));
  if (made.length === rows.length) return taken;
  const found = await tx.execute<{ id: string; priority: RunPriority }>(sql`
    select own.id, own.priority from ${asked}
    join runs own on own.id = r.id and own.case_id = r."caseId" and own.asked_by = ${asker.id}
    join cases c on c.id = r."caseId" and c.archived_at is null and c.id in ${casesOf(asker, 'contribute')}`);
  for (const { id, priority } of found) if (!taken.has(id)) taken.set(id, { priority, isNew: false });
  return taken;
}

/** By the run's id. */
export async function listPriorities(db: Db, ids: string[]): Promise<Map<string, RunPriority>> {
  const rows = await db.select({ id: runs.id, priority: runs.priority }).from(runs).where(inArray(runs.id, ids));
  return new Map(rows.map(({ id, priority }) => [id, priority]));
}

/** Whether the asker can add to the run, in that case: nobody has made it yet, or they have. */
export async function canAddToRun(db: Db, asker: Asker, { id, caseId }: WantedRun): Promise<boolean> {
  const [row] = await db.select({ askedBy: runs.askedBy, caseId: runs.caseId }).from(runs).where(eq(runs.id, id));
  return !row || (row.askedBy === asker.id && row.caseId === caseId);
}

/** Whether there is a run with that id in whose case the asker has the right. */
export async function hasRun(db: Db, asker: Asker, id: string, right: CaseRight): Promise<boolean> {
  const rows = await db
    .select({ id: runs.id })
    .from(runs)
    .where(and(eq(runs.id, id), sql`${runs.caseId} in ${casesOf(asker, right)}`));
  return rows.length === 1;
}

/** `place`: of the object, as `insertObjects` says. */
export async function insertUploads(
  tx: Statements,
  rows: (typeof uploads.$inferInsert & { place?: number | undefined })[],
): Promise<void> {
  const old = rows.flatMap(({ objectId, caseId, place }) => (place === objectId ? [] : [{ objectId, caseId, place }]));
  await Promise.all([putInPlace(tx, old), tx.execute(insertRows(uploads, rows))]);
}

/** Puts down which models were chosen for runs: what is derived later is for them too. */
export async function chooseForRuns(tx: Statements, rows: (typeof runModels.$inferInsert)[]): Promise<void> {
  if (rows.length === 0) return;
  const sorted = [...rows].sort((a, b) => (a.runId === b.runId ? a.modelId - b.modelId : a.runId < b.runId ? -1 : 1));
  await tx.execute(sql`${insertRows(runModels, sorted)} on conflict do nothing`);
}

/** Puts predictions under runs; those that are there already are left as they are. */
export async function addToRuns(tx: Statements, rows: (typeof runPredictions.$inferInsert)[]): Promise<void> {
  if (rows.length === 0) return;
  const keyOf = ({ runId, predictionId }: (typeof rows)[number]) => runId + predictionId;
  const sorted = [...rows].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  await tx.execute(sql`${insertRows(runPredictions, sorted)} on conflict do nothing`);
}

/** The runs in the asker's cases, or in one of them, newest first, after the run `cursor` in that order. */
export function listRunsIn(
  db: Db,
  asker: Asker,
  page: { limit: number; cursor?: string | undefined; case?: string | undefined },
) {
  // The sender may have made the id, so it says nothing of when.
  const older = page.cursor
    ? sql`(${runs.askedAt}, ${runs.id}) < (select asked_at, id from runs where id = ${page.cursor} and case_id in ${casesOf(asker, 'see')})`
    : undefined;
  return db
    .select({
      id: runs.id,
      askedAt: runs.askedAt,
      askedBy: user.username,
      case: { id: cases.id, name: cases.name },
    })
    .from(runs)
    .innerJoin(user, eq(user.id, runs.askedBy))
    .innerJoin(cases, eq(cases.id, runs.caseId))
    .where(
      and(
        sql`${runs.caseId} in ${casesOf(asker, 'see')}`,
        page.case === undefined ? undefined : eq(runs.caseId, page.case),
        older,
      ),
    )
    .orderBy(desc(runs.askedAt), desc(runs.id))
    .limit(page.limit);
}

/** The run, if it is in one of the asker's cases. */
export async function findRun(db: Db, asker: Asker, id: string) {
  const [row] = await db
    .select({
      id: runs.id,
      askedAt: runs.askedAt,
      askedBy: user.username,
      case: { id: cases.id, name: cases.name },
      priority: runs.priority,
      cancelledAt: runs.cancelledAt,
      cancelledBy: sql<string | null>`(select username from "user" u where u.id = ${runs.cancelledBy})`,
    })
    .from(runs)
    .innerJoin(user, eq(user.id, runs.askedBy))
    .innerJoin(cases, eq(cases.id, runs.caseId))
    .where(and(eq(runs.id, id), sql`${runs.caseId} in ${casesOf(asker, 'see')}`));
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
