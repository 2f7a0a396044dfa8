import { setTimeout as wait } from 'node:timers/promises';
import {
  type Absence,
  countFilesOfRun,
  countRuns,
  type DerivedRow,
  findNewerVersions,
  findRun,
  listDerivedOfRun,
  listFilesOfRun,
  listModelRates,
  listModelsAway,
  listRunProgress,
  listRunsIn,
  type ModelProgress,
  type RunCounts,
} from '@assay/db';
import {
  AppError,
  estimateSeconds,
  joinRanges,
  type ModelRate,
  type PredictionState,
  predictionStates,
} from '@assay/shared';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';

const zeros = Object.fromEntries(predictionStates.map((state) => [state, 0])) as Record<PredictionState, number>;

const viewCounts = (counts: RunCounts | undefined) => ({ ...zeros, ...counts?.states });

export async function listRuns(
  app: App,
  user: SignedIn,
  page: { limit: number; cursor?: string | undefined; case?: string | undefined },
) {
  const rows = await listRunsIn(app.db, user, page);
  const counts = await countRuns(
    app.db,
    rows.map(({ id }) => id),
  );
  return {
    runs: rows.map(({ id, askedAt, askedBy, case: within }) => ({
      id,
      case: within,
      askedAt: askedAt.toISOString(),
      askedBy: askedBy ?? user.name,
      objects: counts.get(id)?.files ?? 0,
      counts: viewCounts(counts.get(id)),
    })),
    /** What to pass as `cursor` for the next page; null on the last. */
    next: rows.length === page.limit ? (rows.at(-1)?.id ?? null) : null,
  };
}

/** Throws `run_not_found` unless the run is in a case of this person's. */
export async function getRun(app: App, user: SignedIn, id: string) {
  const run = await findRun(app.db, user, id);
  if (!run) throw new AppError('run_not_found', `There is no run ${id} in your cases`);
  await app.views.record(user, 'view', [id], 'run');
  const [files, counts, ofFiles, progress, away, newerThan, derived] = await Promise.all([
    listFilesOfRun(app.db, id),
    countRuns(app.db, [id]),
    countFilesOfRun(app.db, id),
    listRunProgress(app.db, id),
    listModelsAway(app.db),
    findNewerVersions(app.db),
    listDerivedOfRun(app.db, id, mostDerived),
  ]);
  const rates = await listModelRates(
    app.db,
    progress.map(({ modelId }) => modelId),
  );
  const models = progress.map((model) => viewProgress(model, { away, rates, newerThan }));
  const moving = models.filter(({ unfinished, waitingSince }) => unfinished > 0 && waitingSince === null);
  return {
    id,
    askedAt: run.askedAt.toISOString(),
    askedBy: run.askedBy ?? user.name,
    case: run.case,
    priority: run.priority,
    /** Who cancelled it, and when; null: nobody did, or it was tried again since. */
    cancelled: run.cancelledAt && { by: run.cancelledBy, at: run.cancelledAt.toISOString() },
    counts: viewCounts(counts.get(id)),
    models,
    /** Predictions of its models that end a minute, of all runs together. */
    perMinute: sumOf(models.map(({ perMinute }) => perMinute ?? 0)),
    /** Until all is done that waits for no model, as far as the rates tell; null: one tells nothing, or nothing is left. */
    secondsLeft: joinRanges(moving.map(({ secondsLeft }) => secondsLeft)),
    objects: files.map(({ falseExtension, ...file }) => ({
      ...file,
      mismatch: falseExtension === null ? null : { extension: falseExtension, mime: file.mime },
      counts: { ...zeros, ...ofFiles.get(file.sha256) },
    })),
    /** What models made, each under the object that it was made from; once, where it was made several times. */
    derived: once(derived),
  };
}

// As much as a page can list.
const mostDerived = 20_000;

function once(rows: DerivedRow[]) {
  const seen = new Map<string, DerivedRow>();
  for (const row of rows) {
    const key = `${row.parent} ${row.sha256}`;
    if (!seen.has(key)) seen.set(key, row);
  }
  return [...seen.values()].map(({ sha256, parent, mediaType, mime, size, model, timeStart, label }) => ({
    ...{ sha256, parent, mediaType, mime, size, model, label },
    start: timeStart,
  }));
}

interface Surroundings {
  away: ReadonlyMap<number, Absence>;
  rates: ReadonlyMap<number, ModelRate>;
  newerThan(model: string, version: string): string | null;
}

const unmeasured: ModelRate = { perMinute: null, medianSeconds: null };

function viewProgress(progress: ModelProgress, { away, rates, newerThan }: Surroundings) {
  const { modelId, counts, ahead, aheadOfLast, ...model } = progress;
  const rate = rates.get(modelId) ?? unmeasured;
  const unfinished = (counts.queued ?? 0) + (counts.running ?? 0);
  // While there is some, the model that can take no work is why it waits.
  const absence = unfinished > 0 ? away.get(modelId) : undefined;
  return {
    ...model,
    counts: { ...zeros, ...counts },
    unfinished,
    /** Of those that wait: how many of the model's line are before the first, up to 10,000. */
    ahead,
    /** Predictions that the model ended a minute, of all runs together; null: none lately. */
    perMinute: rate.perMinute,
    /** Since when, and why, the model can take no work, while there is some. */
    waitingSince: absence?.since.toISOString() ?? null,
    waitingFor: absence?.why ?? null,
    secondsLeft: absence ? null : estimateSeconds((aheadOfLast ?? 0) + (counts.running ?? 0), rate),
    /** The version that new work goes to, when that is a newer one. */
    newerVersion: newerThan(model.model, model.version),
  };
}

const sumOf = (numbers: number[]) => numbers.reduce((sum, n) => sum + n, 0);

// So often at most is somebody who watches told; seldom enough that it costs little of a large run.
const watchMilliseconds = 500;
const restPerWork = 5;
// For what the database tells nobody: that a prediction began, that a model went away, that time passed.
const lookMilliseconds = 2_000;

/**
 * The run as it is now, and again whenever it has changed, at most twice a second, until it is done or `signal` says so.
 * Throws as `getRun` does.
 */
export async function* watchRun(app: App, user: SignedIn, id: string, signal: AbortSignal) {
  const changes = app.runChanges.watch(id);
  let shown = '';
  try {
    while (!signal.aborted) {
      const told = changes.next();
      const began = performance.now();
      const run = await getRun(app, user, id);
      const pause = Math.max(watchMilliseconds, restPerWork * (performance.now() - began));
      const seen = JSON.stringify(run);
      if (seen !== shown) yield run;
      shown = seen;
      if (run.counts.queued + run.counts.running === 0) return;
      await pauseFor(pause, signal);
      await Promise.race([told, pauseFor(lookMilliseconds, signal)]);
    }
  } finally {
    changes.close();
  }
}

const pauseFor = (milliseconds: number, signal: AbortSignal) =>
  wait(milliseconds, undefined, { signal }).catch(() => {}); // who watched has gone
