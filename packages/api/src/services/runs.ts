import { setTimeout as wait } from 'node:timers/promises';
import {
  countFilesOfRun,
  countRuns,
  type DerivedRow,
  findRunOf,
  listDerivedOfRun,
  listFilesOfRun,
  listModelsAway,
  listRunProgress,
  listRunsOf,
  type ModelProgress,
  type RunCounts,
} from '@assay/db';
import { AppError, type PredictionState, predictionStates } from '@assay/shared';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';

const zeros = Object.fromEntries(predictionStates.map((state) => [state, 0])) as Record<PredictionState, number>;

const viewCounts = (counts: RunCounts | undefined) => ({ ...zeros, ...counts?.states });

export async function listRuns(app: App, user: SignedIn, page: { limit: number; cursor?: string | undefined }) {
  const rows = await listRunsOf(app.db, user.id, page);
  const counts = await countRuns(
    app.db,
    rows.map(({ id }) => id),
  );
  return {
    runs: rows.map(({ id, askedAt, askedBy }) => ({
      id,
      askedAt: askedAt.toISOString(),
      askedBy: askedBy ?? user.name,
      objects: counts.get(id)?.files ?? 0,
      counts: viewCounts(counts.get(id)),
    })),
    /** What to pass as `cursor` for the next page; null on the last. */
    next: rows.length === page.limit ? (rows.at(-1)?.id ?? null) : null,
  };
}

/** Throws `run_not_found` unless this person asked for the run. */
export async function getRun(app: App, user: SignedIn, id: string) {
  const run = await findRunOf(app.db, user.id, id);
  if (!run) throw new AppError('run_not_found', `There is no run ${id} of yours`);
  const [files, counts, ofFiles, progress, away, derived] = await Promise.all([
    listFilesOfRun(app.db, id),
    countRuns(app.db, [id]),
    countFilesOfRun(app.db, id),
    listRunProgress(app.db, id),
    listModelsAway(app.db),
    listDerivedOfRun(app.db, id, mostDerived),
  ]);
  const models = progress.map((model) => viewProgress(model, away));
  return {
    id,
    askedAt: run.askedAt.toISOString(),
    askedBy: run.askedBy ?? user.name,
    priority: run.priority,
    /** Who cancelled it, and when; null: nobody did, or it was tried again since. */
    cancelled: run.cancelledAt && { by: run.cancelledBy, at: run.cancelledAt.toISOString() },
    counts: viewCounts(counts.get(id)),
    models,
    /** Predictions of its models that end a minute, of all runs together. */
    perMinute: sumOf(models.map(({ perMinute }) => perMinute ?? 0)),
    /** Until all of it is done, as far as its models' rates tell; null: one of them tells nothing, or is away. */
    secondsLeft: joinRanges(models.filter((model) => model.unfinished > 0).map(({ secondsLeft }) => secondsLeft)),
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

/** Seconds, at best and at worst. */
interface TimeRange {
  from: number;
  to: number;
}

function viewProgress({ modelId, counts, ahead, aheadOfLast, ...model }: ModelProgress, away: Map<number, Date>) {
  const waitingSince = away.get(modelId)?.toISOString() ?? null;
  const unfinished = (counts.queued ?? 0) + (counts.running ?? 0);
  const before = (aheadOfLast ?? 0) + (counts.running ?? 0);
  return {
    ...model,
    counts: { ...zeros, ...counts },
    unfinished,
    /** Of those that wait: how many of the model's line are before the first, up to 10,000. */
    ahead,
    /** Since when the model can take no work, while there is some. */
    waitingSince: unfinished > 0 ? waitingSince : null,
    secondsLeft: waitingSince === null ? rangeOf(before, model.perMinute) : null,
  };
}

/** A rate of the last minutes says no more than within a third or so. */
const rangeOf = (predictions: number, perMinute: number | null): TimeRange | null =>
  perMinute === null
    ? null
    : { from: Math.floor((predictions / perMinute) * 45), to: Math.ceil((predictions / perMinute) * 90) + 1 };

/** Models work side by side, so the slowest decides. */
function joinRanges(ranges: (TimeRange | null)[]): TimeRange | null {
  const known = ranges.filter((range) => range !== null);
  if (known.length < ranges.length || known.length === 0) return null;
  return { from: Math.max(...known.map(({ from }) => from)), to: Math.max(...known.map(({ to }) => to)) };
}

const sumOf = (numbers: number[]) => numbers.reduce((sum, n) => sum + n, 0);

// So often at most is somebody who watches told.
const watchMilliseconds = 500;

/**
 * The run as it is now, and again whenever it has changed, at most twice a second, until it is done or `signal` says so.
 * Throws as `getRun` does.
 */
export async function* watchRun(app: App, user: SignedIn, id: string, signal: AbortSignal) {
  const changes = app.runChanges.watch(id);
  try {
    while (!signal.aborted) {
      const told = changes.next();
      const run = await getRun(app, user, id);
      yield run;
      if (run.counts.queued + run.counts.running === 0) return;
      await Promise.race([told, aborted(signal)]);
      await wait(watchMilliseconds, undefined, { signal }).catch(() => {}); // who watched has gone
    }
  } finally {
    changes.close();
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
