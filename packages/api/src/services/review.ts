import { type Asker, countFound, findCase, searchObjects } from '@assay/db';
import { allOf, noneOf, type ObjectHash, type SearchQuery } from '@assay/shared';
import type { App } from '../app.ts';
import { noCase } from './cases.ts';
import { readOrder, readQuery, type SearchInput } from './search-objects.ts';

/** How far people are with a search. */
export interface Review {
  /** Objects that it finds in the case, up to 10,000. */
  total: number;
  /** There are more than that. */
  more: boolean;
  /** Those of them that have a verdict in the case. */
  reviewed: number;
  /** The first without one behind `after`, then from the beginning; null: all have one, but perhaps `after` itself. */
  next: ObjectHash | null;
}

const ofCase = (id: string): SearchQuery => ({ kind: 'words', field: 'case', operator: '=', values: [id] });
const unreviewed: SearchQuery = { kind: 'words', field: 'verdict', operator: '=', values: ['none'] };

/** Throws `case_not_found`, `invalid_search` and `search_too_slow`. */
export async function getReview(
  app: App,
  asker: Asker,
  asked: SearchInput & { case: string; sort: string; after?: string | undefined },
): Promise<Review> {
  if (!(await findCase(app.db, asker, asked.case))) throw noCase();
  const sort = readOrder(asked.sort);
  const { timeZone } = asked;
  const within = [ofCase(asked.case), readQuery(asked.query)];
  const open = { timeZone, query: allOf([...within, unreviewed]) };
  const first = async (search: {
    query: SearchQuery;
    after?: { key: string | number | null; id: number } | undefined;
  }) => (await searchObjects(app.db, asker, { timeZone, sort, limit: 1, ...search }))[0];
  const place = asked.after && (await first({ query: { kind: 'hash', hashes: [asked.after] } }));
  const [all, reviewed, behind] = await Promise.all([
    countFound(app.db, asker, { timeZone, query: allOf(within) }),
    countFound(app.db, asker, { timeZone, query: allOf([...within, noneOf(unreviewed)]) }),
    first({ ...open, after: place || undefined }),
  ]);
  const next = behind ?? (place ? await first(open) : undefined);
  return {
    total: all.count,
    more: all.more,
    reviewed: reviewed.count,
    next: next && next.id !== (place || undefined)?.id ? next.sha256 : null,
  };
}
