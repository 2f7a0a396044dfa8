import {
  countRuns,
  type DerivedRow,
  findRunOf,
  listDerivedOfRun,
  listFilesOfRun,
  listRunsOf,
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
  const [files, counts, derived] = await Promise.all([
    listFilesOfRun(app.db, id),
    countRuns(app.db, [id]),
    listDerivedOfRun(app.db, id, mostDerived),
  ]);
  return {
    id,
    askedAt: run.askedAt.toISOString(),
    askedBy: run.askedBy ?? user.name,
    counts: viewCounts(counts.get(id)),
    objects: files.map(({ falseExtension, ...file }) => ({
      ...file,
      mismatch: falseExtension === null ? null : { extension: falseExtension, mime: file.mime },
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
