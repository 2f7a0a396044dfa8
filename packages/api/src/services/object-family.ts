import { type DerivedRow, findObject, listDerived, listOrigins } from '@assay/db';
import { type Annotation, AppError, type ObjectHash, type ObjectResults, type TimeRange } from '@assay/shared';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';
import { getObjectResults } from './object-results.ts';

// A page that shows more would not be read.
const mostShown = 500;
const mostHits = 200;

type Found = Extract<ObjectResults, { found: true }>;

/** What a model found in a derived object, with where that is in the object that is looked at. */
interface Hit {
  model: string;
  label: string;
  text: string | null;
  score: number | null;
  time: TimeRange | null;
}

/** An object that was derived from the one that is looked at, by one or several models, one after the other. */
interface Derived extends Omit<DerivedRow, 'timeStart' | 'timeEnd'> {
  /** Where it came from in the object that is looked at: seconds; null where that is not known. */
  time: TimeRange | null;
  predictions: Pick<Found['predictions'][number], 'id' | 'model' | 'state' | 'reason'>[];
  hits: Hit[];
  /** All of its hits, of which `hits` are the first. */
  hitCount: number;
}

export interface ObjectFamily {
  origins: (Pick<DerivedRow, 'parent' | 'model' | 'version' | 'label'> & {
    time: TimeRange | null;
    name: string | null;
  })[];
  derived: Derived[];
  /** There is more that was derived. */
  more: boolean;
}

/** What an object was made from, and what was made of it, with what models found in that. Throws `object_not_found`. */
export async function getObjectFamily(app: App, asker: SignedIn, hash: string): Promise<ObjectFamily> {
  const object = await findObject(app.db, asker, hash);
  if (!object) throw new AppError('object_not_found', 'No object with this hash is known');
  const [origins, rows] = await Promise.all([
    listOrigins(app.db, asker, object.sha256),
    listDerived(app.db, [object.sha256], mostShown + 1),
  ]);
  const shown = rows.slice(0, mostShown);
  const about = [object.sha256, ...shown.map(({ sha256 }) => sha256), ...origins.map(({ parent }) => parent)];
  const results = new Map(
    (await getObjectResults(app, asker, [...new Set(about)])).flatMap((each) =>
      each.found ? [[each.sha256, each] as const] : [],
    ),
  );
  return {
    origins: origins
      .filter(({ parent }) => results.has(parent))
      .map(({ parent, model, version, label, ...row }) => ({
        ...{ parent, model, version, label, time: timeOf(row) },
        name: results.get(parent)?.fileNames[0] ?? null,
      })),
    derived: placeAll(object.sha256, shown, results),
    more: rows.length > mostShown,
  };
}

const timeOf = ({ timeStart, timeEnd }: Pick<DerivedRow, 'timeStart' | 'timeEnd'>): TimeRange | null =>
  timeStart === null || timeEnd === null ? null : { start: timeStart, end: timeEnd };

/** Parents come before children, so each is placed from where its parent is. */
function placeAll(root: ObjectHash, rows: DerivedRow[], results: ReadonlyMap<string, Found>): Derived[] {
  const starts = new Map<string, number | null>([[root, 0]]);
  return rows.flatMap(({ timeStart, timeEnd, ...row }) => {
    const own = results.get(row.sha256);
    if (!own) return [];
    const parentStart = starts.get(row.parent) ?? null;
    const range = timeOf({ timeStart, timeEnd });
    const time = parentStart === null || !range ? null : shift(range, parentStart);
    // A time in a picture or a text is that of the whole; a recording's own clock begins where it came from.
    if (!starts.has(row.sha256)) starts.set(row.sha256, time?.start ?? parentStart);
    const words = wordsOf(results.get(row.parent), row.predictionId);
    const hits = listHits(own, (annotation) => {
      if (annotation.time && own.mediaType !== 'image') return shift(annotation.time, time?.start ?? parentStart ?? 0);
      const spoken = annotation.span && words?.(annotation.span.start, annotation.span.end);
      return spoken && parentStart !== null ? shift(spoken, parentStart) : time;
    });
    const predictions = own.predictions.map(({ id, model, state, reason }) => ({ id, model, state, reason }));
    return [{ ...row, time, predictions, hits: hits.slice(0, mostHits), hitCount: hits.length }];
  });
}

const shift = ({ start, end }: TimeRange, by: number): TimeRange => ({ start: start + by, end: end + by });

function listHits(own: Found, placeOf: (annotation: Annotation) => TimeRange | null): Hit[] {
  return own.predictions.flatMap(({ model, annotations }) =>
    annotations.map((annotation) => ({
      model,
      label: annotation.label,
      text: annotation.text ?? null,
      score: annotation.score ?? null,
      time: placeOf(annotation),
    })),
  );
}

/**
 * When the words of a transcript were said. The model that wrote it says so of the sound: annotations with a time and a
 * text, which follow one another in the transcript. The transcript itself is not read: its words are counted.
 */
function wordsOf(parent: Found | undefined, predictionId: string) {
  const spoken = parent?.predictions
    .find(({ id }) => id === predictionId)
    ?.annotations.flatMap(({ text, time }) => (text && time ? [{ text, time }] : []));
  if (!spoken?.length) return undefined;
  let at = 0;
  const placed = spoken.map(({ text, time }) => {
    const start = at;
    // One blank or one line's end stands between two words.
    at += text.length + 1;
    return { start, end: start + text.length, time };
  });
  return (start: number, end: number): TimeRange | null => {
    const said = placed.filter((word) => word.start < end && word.end > start);
    const [first, last] = [said[0], said.at(-1)];
    return first && last ? { start: first.time.start, end: last.time.end } : null;
  };
}
