import {
  type Asker,
  countFacets,
  countFound,
  type Facets,
  type FoundRow,
  findInLists,
  type Place,
  searchObjects,
} from '@assay/db';
import {
  AppError,
  type ObjectHash,
  objectHashSchema,
  parseSearch,
  readSort,
  type SearchQuery,
  type SearchSort,
  searchLimits,
} from '@assay/shared';
import { z } from 'zod';
import type { App } from '../app.ts';

const isTimeZone = (name: string): boolean => {
  try {
    return Boolean(Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false; // a RangeError
  }
};

export const searchSchema = z.object({
  /** In the search language; nothing: every object. */
  query: z.string().max(searchLimits.characters + 1),
  /** That the days of the query are of, as IANA names it. */
  timeZone: z.string().max(100).refine(isTimeZone, 'is no time zone, such as Europe/Amsterdam').default('UTC'),
});
export type SearchInput = z.infer<typeof searchSchema>;

export function readQuery(text: string): SearchQuery {
  const parsed = parseSearch(text);
  if (parsed.ok) return parsed.query;
  const { message, start, end, expected } = parsed.fault;
  throw AppError.of({
    code: 'invalid_search',
    message: `${message} (character ${start + 1}). Expected: ${expected}`,
    field: 'query',
    start,
    end,
    expected,
  });
}

export function readOrder(sort: string): SearchSort {
  const order = readSort(sort);
  if (order) return order;
  const message = `“${sort}” is no order: uploaded, size, name or model.class, with - before it for the largest first`;
  throw AppError.of({ code: 'invalid_search', message, field: 'sort' });
}

export interface FoundObjects {
  objects: Omit<FoundRow, 'id'>[];
  /** The cursor of the next page; null: this is the last. */
  next: string | null;
}

/** A page of what a search finds. Throws `invalid_search` and `search_too_slow`. */
export async function findObjects(
  app: App,
  asker: Asker,
  { query, timeZone, sort, limit, cursor }: SearchInput & { sort: string; limit: number; cursor?: string | undefined },
): Promise<FoundObjects> {
  const order = readOrder(sort);
  const after = cursor === undefined ? undefined : await readCursor(app, asker, cursor, order);
  const search = { query: readQuery(query), timeZone, sort: order, limit: limit + 1, after };
  const rows = await searchObjects(app.db, asker, search);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    objects: page.map(({ id: _, key, ...object }) => ({ ...object, key: keyFor(order, key) })),
    next: rows.length > limit && last ? writeCursor(keyFor(order, last.key), last.sha256) : null,
  };
}

/** How many a search finds; `more`: than that. Throws `invalid_search` and `search_too_slow`. */
export const countObjects = (app: App, asker: Asker, { query, timeZone }: SearchInput) =>
  countFound(app.db, asker, { query: readQuery(query), timeZone });

/** What the objects are like that a search finds. Throws `invalid_search` and `search_too_slow`. */
export const getFacets = async (app: App, asker: Asker, { query, timeZone }: SearchInput): Promise<Facets> =>
  countFacets(app.db, asker, { query: readQuery(query), timeZone });

/** What of it may be told: where an object stands among all uploads is nobody's business. */
const keyFor = ({ by }: SearchSort, key: Place['key']) => (by === 'uploaded' ? null : key);

const writeCursor = (key: Place['key'], sha256: ObjectHash): string =>
  Buffer.from(JSON.stringify([key, sha256])).toString('base64url');

const cursorSchema = z.tuple([z.union([z.string(), z.number(), z.null()]), objectHashSchema]);

/** Where its object stands in the asker's lists is looked up: the cursor does not tell it. */
async function readCursor(app: App, asker: Asker, cursor: string, order: SearchSort): Promise<Place> {
  const read = cursorSchema.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()));
  const found = read.data && (await findInLists(app.db, asker, read.data[1]));
  if (!read.data || !found) {
    const message = 'This cursor is none that a search gave, or you may not see the object that it stands at any more';
    throw AppError.of({ code: 'invalid_search', message, field: 'cursor' });
  }
  return { id: found.id, key: order.by === 'uploaded' ? found.place : read.data[0] };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // refused as what is no cursor
  }
}
