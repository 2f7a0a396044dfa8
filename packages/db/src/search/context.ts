import type { SearchQuery } from '@assay/shared';
import type { Db } from '../client.ts';
import { listModelsAway } from '../queries/results.ts';
import type { Asker } from '../queries/visibility.ts';
import { models } from '../schema/model.ts';
import type { SearchContext } from './terms.ts';

/** What somebody searches for, in the time zone that their days are of. */
export interface Search {
  query: SearchQuery;
  timeZone: string;
}

export async function readContext(db: Db, asker: Asker, { query, timeZone }: Search): Promise<SearchContext> {
  const context: SearchContext = { asker, timeZone, away: [], modelIds: new Map() };
  if (!asksForModels(query)) return context;
  const [rows, away] = await Promise.all([
    db.select({ id: models.id, name: models.name }).from(models),
    listModelsAway(db),
  ]);
  const byName = Map.groupBy(rows, ({ name }) => name);
  const modelIds = new Map([...byName].map(([name, versions]) => [name, versions.map(({ id }) => id)]));
  return { ...context, away: [...away.keys()], modelIds };
}

function asksForModels(query: SearchQuery): boolean {
  if (query.kind === 'none') return asksForModels(query.of);
  if (query.kind === 'any' || query.kind === 'all') return query.of.some(asksForModels);
  return query.kind === 'state' || query.kind === 'derived';
}
