import { type HitRow, listDerived, listHits, listSpokenWords } from '@assay/db';
import type { DerivedHits, ObjectHash } from '@assay/shared';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';
import { placeDerived } from './place-derived.ts';

// Of all the objects that are asked for together.
const mostRows = 2_000;
const mostMarks = 10_000;
/** Of one object. */
const hitsShown = 20;

const none: DerivedHits = { objects: 0, hits: [], hitCount: 0, more: false };

/** What models found in objects that were derived from these, with where that is in these. */
export async function listDerivedHits(
  app: App,
  asker: SignedIn,
  roots: ObjectHash[],
): Promise<(root: ObjectHash) => DerivedHits> {
  const rows = await listDerived(app.db, asker, roots, mostRows);
  if (rows.length === 0) return () => none;
  const marks = await listHits(app.db, [...new Set(rows.map(({ sha256 }) => sha256))], mostMarks);
  const marksIn = Map.groupBy(marks, ({ sha256 }) => sha256);
  // Only where something is marked in a text are the words needed that the text is made of.
  const read = new Set(marks.flatMap(({ sha256, spanStart }) => (spanStart === null ? [] : [sha256])));
  const heard = rows.flatMap(({ sha256, predictionId }) => (read.has(sha256) ? [predictionId] : []));
  const words = await listSpokenWords(app.db, [...new Set(heard)]);
  const more = rows.length === mostRows || marks.length === mostMarks;
  return (root) => {
    const placed = placeDerived(root, rows, ({ predictionId }) => words.get(predictionId));
    if (placed.length === 0) return none;
    const hits = placed
      .flatMap(({ row, placeOf }) => (marksIn.get(row.sha256) ?? []).map((mark) => describe(mark, placeOf)))
      .sort((a, b) => startOf(a) - startOf(b));
    const objects = new Set(placed.map(({ row }) => row.sha256)).size;
    return { objects, hits: hits.slice(0, hitsShown), hitCount: hits.length, more };
  };
}

/** What has no time comes last. */
const startOf = ({ time }: DerivedHits['hits'][number]) => time?.start ?? Number.MAX_VALUE;

type PlaceOf = ReturnType<typeof placeDerived>[number]['placeOf'];

function describe(
  { timeStart, timeEnd, spanStart, spanEnd, ...hit }: HitRow,
  placeOf: PlaceOf,
): DerivedHits['hits'][number] {
  return {
    ...hit,
    time: placeOf({
      ...(timeStart !== null && timeEnd !== null && { time: { start: timeStart, end: timeEnd } }),
      ...(spanStart !== null && spanEnd !== null && { span: { start: spanStart, end: spanEnd } }),
    }),
  };
}
