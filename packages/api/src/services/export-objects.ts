import {
  type ExportedPrediction,
  type ExportedSaying,
  type FoundRow,
  listExported,
  listExportedPredictions,
  type Place,
  recordActs,
  searchObjects,
} from '@assay/db';
import type { SearchQuery } from '@assay/shared';
import { z } from 'zod';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';
import { readOrder, readQuery, searchSchema } from './search-objects.ts';

export const exportSchema = searchSchema.extend({
  sort: z.string().max(300).default('-uploaded'),
  /** What is a row: an object, or a prediction. */
  of: z.enum(['objects', 'predictions']).default('objects'),
  format: z.enum(['csv', 'jsonl']).default('csv'),
});
type ExportQuestion = z.infer<typeof exportSchema>;

type Row = Record<string, unknown>;

/** Of each kind of row, in their order. docs/search.md says what they are. */
export const exportColumns = {
  objects: [
    ...(['sha256', 'md5', 'sha1', 'size', 'mediaType', 'mime', 'fileNames', 'falseExtension', 'uploadedAt'] as const),
    ...(['uploadedBy', 'cases', 'madeBy', 'deleted', 'verdicts', 'tags', 'notes'] as const),
    ...(['succeeded', 'failed', 'unfinished', 'skipped', 'cancelled'] as const),
  ],
  predictions: [
    ...(['sha256', 'fileName', 'cases', 'prediction', 'model', 'version', 'state', 'reason'] as const),
    ...(['finishedAt', 'result', 'annotations', 'verdicts'] as const),
  ],
} as const;

// A result may be large, and a page of them is in memory.
const pageSize = { objects: 500, predictions: 50 };

/**
 * What a search finds, a page of rows at a time, each put down on the audit trail before it is given out. What is wrong with
 * the question is thrown before the first: `invalid_search`, `search_too_slow`.
 */
export async function exportObjects(app: App, user: SignedIn, asked: ExportQuestion): Promise<AsyncIterable<Row[]>> {
  const { timeZone, of, format } = asked;
  const search = { query: readQuery(asked.query), timeZone };
  const sort = readOrder(asked.sort);
  const limit = pageSize[of];
  const find = (after?: Place) => searchObjects(app.db, user, { ...search, sort, limit, after });
  const first = await find();
  const details = { query: asked.query, of, format };
  await recordActs(app.db, [{ by: user, act: 'export', details }]);
  return (async function* () {
    for (let page = first; page.length > 0; page = await find(page.at(-1))) {
      await recordActs(
        app.db,
        page.map(({ sha256 }) => ({ by: user, act: 'export', subject: { kind: 'object', id: sha256 }, details })),
      );
      yield of === 'objects' ? await rowsOfObjects(app, user, search, page) : await rowsOf(app, user, search, page);
      if (page.length < limit) return;
    }
  })();
}

interface Search {
  query: SearchQuery;
  timeZone: string;
}

async function rowsOfObjects(app: App, user: SignedIn, search: Search, page: FoundRow[]): Promise<Row[]> {
  const more = await listExported(
    app.db,
    user,
    search,
    page.map(({ id }) => id),
  );
  return page.map(({ id, states, madeBy, sha256, size, mediaType, mime, falseExtension, uploadedAt, deleted }) => {
    const { id: _, ...own } = more.get(id) ?? { id };
    return {
      ...{ sha256, size, mediaType, mime, falseExtension, uploadedAt, deleted, madeBy: madeBy?.model ?? null },
      ...own,
      succeeded: states?.succeeded ?? 0,
      failed: states?.failed ?? 0,
      unfinished: (states?.queued ?? 0) + (states?.running ?? 0),
      skipped: states?.skipped ?? 0,
      cancelled: states?.cancelled ?? 0,
    };
  });
}

async function rowsOf(app: App, user: SignedIn, search: Search, page: FoundRow[]): Promise<Row[]> {
  const ids = page.map(({ id }) => id);
  const [more, predictions] = await Promise.all([
    listExported(app.db, user, search, ids),
    listExportedPredictions(app.db, user, search, ids),
  ]);
  return page.flatMap(({ id, sha256, name }) =>
    (predictions.get(id) ?? []).map(({ objectId: _, id: prediction, ...said }: ExportedPrediction) => ({
      ...{ sha256, fileName: name, cases: more.get(id)?.cases ?? [], prediction },
      ...said,
    })),
  );
}

/** As one cell of a table holds it: what is several stands with semicolons between. */
export function toCells(row: Row): Row {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toCell(name, value)]));
}

function toCell(name: string, value: unknown): unknown {
  if (name === 'verdicts')
    return (value as ExportedSaying[])
      .map(({ case: within, verdict, by, at }) => `${verdict} (${by}, ${at}, ${within})`)
      .join('; ');
  if (name === 'notes')
    return (value as { text: string; by: string; at: string }[])
      .map(({ text, by, at }) => `${text} (${by}, ${at})`)
      .join('; ');
  if (Array.isArray(value)) return value.join('; ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}
