import { type DerivedRow, findObject, listDerived, listOrigins, type SpokenWord } from '@assay/db';
import { AppError, type TimeRange } from '@assay/shared';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';
import { type FoundObject, listObjectResults } from './object-results.ts';
import { type Placed, placeDerived, timeOf } from './place-derived.ts';

// A page that shows more would not be read.
const mostShown = 500;
const mostHits = 200;

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
  predictions: Pick<FoundObject['predictions'][number], 'id' | 'model' | 'state' | 'reason'>[];
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
    listDerived(app.db, asker, [object.sha256], mostShown + 1),
  ]);
  const shown = rows.slice(0, mostShown);
  const about = [object.sha256, ...shown.map(({ sha256 }) => sha256), ...origins.map(({ parent }) => parent)];
  const results = new Map(
    (await listObjectResults(app, asker, [...new Set(about)])).flatMap((each) =>
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
    derived: placeDerived(object.sha256, shown, ({ parent, predictionId }) =>
      listWords(results.get(parent), predictionId),
    ).flatMap((placed) => {
      const own = results.get(placed.row.sha256);
      return own ? [describe(placed, own)] : [];
    }),
    more: rows.length > mostShown,
  };
}

function describe({ row, time, placeOf }: Placed, own: FoundObject): Derived {
  const { timeStart: _, timeEnd: __, ...facts } = row;
  const hits = own.predictions.flatMap(({ model, annotations }) =>
    annotations.map((annotation) => ({
      model,
      label: annotation.label,
      text: annotation.text ?? null,
      score: annotation.score ?? null,
      time: placeOf(annotation),
    })),
  );
  const predictions = own.predictions.map(({ id, model, state, reason }) => ({ id, model, state, reason }));
  return { ...facts, time, predictions, hits: hits.slice(0, mostHits), hitCount: hits.length };
}

/** What made a transcript says when its words were said: annotations of the sound with a time and a text, in their order. */
const listWords = (parent: FoundObject | undefined, predictionId: string): SpokenWord[] | undefined =>
  parent?.predictions
    .find(({ id }) => id === predictionId)
    ?.annotations.flatMap(({ text, time }) => (text && time ? [{ text, time }] : []));
