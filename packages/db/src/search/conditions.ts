import { listParts, type SearchQuery } from '@assay/shared';
import { type SQL, sql } from 'drizzle-orm';
import { type Asker, casesOf, isVisibleTo } from '../queries/visibility.ts';
import { boundsOf, type Condition, either, not, type SearchContext } from './condition.ts';
import { readTerm } from './terms.ts';

/** What has to hold at once of every object of a search, and that its asker may see it. */
export function listConditions(query: SearchQuery, context: SearchContext): Condition[] {
  return [...listParts(query).map((part) => readQuery(part, context)), visible(context.asker)];
}

// In parentheses, so that it is asked of one object at a time.
const visible = (asker: Asker): Condition => {
  const own = sql`case_objects co where co.case_id in ${casesOf(asker, 'see')}`;
  return {
    test: sql`(select ${isVisibleTo(asker)})`,
    set: sql`select co.object_id from ${own}`,
    countable: true,
    bounds: boundsOf(own, sql`co.object_id`),
  };
};

function readQuery(query: SearchQuery, context: SearchContext): Condition {
  switch (query.kind) {
    case 'all':
      return both(query.of.map((part) => readQuery(part, context)));
    case 'any':
      return either(query.of.map((part) => readQuery(part, context)));
    case 'none':
      return not(readQuery(query.of, context));
    default:
      return readTerm(query, context);
  }
}

/** All of them, within an OR or a NOT. */
function both(conditions: readonly Condition[]): Condition {
  const first = conditions.find(({ set }) => set);
  const test = allTests(conditions);
  if (!first?.set) return { test };
  const others = allTests(conditions.filter((each) => each !== first));
  return { test, set: sql`select objects.id from objects where objects.id in (${first.set}) and ${others}` };
}

export const allTests = (conditions: readonly Condition[]): SQL =>
  conditions.length === 0
    ? sql`true`
    : sql`(${sql.join(
        conditions.map(({ test }) => test),
        sql` and `,
      )})`;
