import { listParts, type SearchQuery } from '@assay/shared';
import { type SQL, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { listModelsAway } from '../queries/results.ts';
import { type Asker, casesOf } from '../queries/visibility.ts';
import { models } from '../schema/model.ts';
import { list, type SearchContext } from './condition.ts';

/** What somebody searches for, in the time zone that their days are of. */
export interface Search {
  query: SearchQuery;
  timeZone: string;
}

export async function readContext(db: Db, who: Asker, { query, timeZone }: Search): Promise<SearchContext> {
  const needsModels = asksFor(query, ({ kind }) => kind === 'state' || kind === 'derived');
  const [cases, modelIds, away] = await Promise.all([
    listOwnCases(db, who),
    needsModels ? listModelIds(db) : new Map<string, number[]>(),
    needsModels ? listModelsAway(db) : new Map<number, unknown>(),
  ]);
  const asker = { ...who, seen: cases.map(({ id }) => id) };
  const independent = cases.filter((each) => each.independent).map(({ id }) => id);
  const judgedIn = readJudgedIn(query, asker, cases);
  return {
    asker,
    timeZone,
    away: [...away.keys()],
    modelIds,
    cases,
    hasLate: cases.some(({ late }) => late),
    judgedIn,
    independent,
  };
}

function listOwnCases(db: Db, asker: Asker) {
  // In this order the index of these rows alone is read: the planner thinks that they are many, and they are few or none.
  return db.execute<{ id: string; name: string; independent: boolean; late: boolean | null }>(
    sql`select c.id, c.name, c.independent_review as independent, (select true from case_objects co
        where co.case_id = c.id and co.place <> co.object_id order by co.place limit 1) as late
      from cases c where c.id in ${casesOf(asker, 'see')}`,
  );
}

async function listModelIds(db: Db) {
  const rows = await db.select({ id: models.id, name: models.name }).from(models);
  const byName = Map.groupBy(rows, ({ name }) => name);
  return new Map([...byName].map(([name, versions]) => [name, versions.map(({ id }) => id)]));
}

/** A search within a case is about what is said there, whatever is said of the same objects elsewhere. */
function readJudgedIn(query: SearchQuery, asker: Asker, cases: SearchContext['cases']): SQL {
  const within = listParts(query).find(isOfCase);
  if (within?.kind !== 'words' || within.operator === '!=') return casesOf(asker, 'see');
  const ids = findCases(cases, within.values, within.operator === '~');
  return ids.length > 0 ? sql`(${list(ids)})` : casesOf(asker, 'see');
}

/** The ids of those that are named so, or have that id. */
export function findCases(cases: SearchContext['cases'], values: readonly string[], contains: boolean): string[] {
  const wanted = values.map((value) => value.toLowerCase());
  const isMeant = ({ id, name }: { id: string; name: string }) =>
    contains
      ? wanted.some((part) => name.toLowerCase().includes(part))
      : wanted.includes(name.toLowerCase()) || wanted.includes(id);
  return cases.filter(isMeant).map(({ id }) => id);
}

const isOfCase = (query: SearchQuery) => query.kind === 'words' && query.field === 'case';

function asksFor(query: SearchQuery, what: (part: SearchQuery) => boolean): boolean {
  if (query.kind === 'none') return asksFor(query.of, what);
  if (query.kind === 'any' || query.kind === 'all') return query.of.some((part) => asksFor(part, what));
  return what(query);
}
