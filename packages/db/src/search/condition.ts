import { type SQL, sql } from 'drizzle-orm';
import type { Asker } from '../queries/visibility.ts';
import { literal } from './literals.ts';

/** What a search needs to know beside itself. */
export interface SearchContext {
  asker: Asker;
  timeZone: string;
  /** Numbers of the models that nothing can reach now. */
  away: readonly number[];
  /** By name: the numbers of all its versions. */
  modelIds: ReadonlyMap<string, readonly number[]>;
  /** The asker's. */
  cases: readonly { id: string; name: string }[];
  /** Some of them have objects that somebody had before they came into the case. */
  hasLate: boolean;
  /** A subquery of the cases whose verdicts, tags and notes count: those that the search is within, or all of the asker's. */
  judgedIn: SQL;
  /** Those of the asker's cases in which people judge independently. */
  independent: readonly string[];
}

/**
 * One condition, in two forms. `test` is true or false of the row of `objects` at hand and is asked row by row; `set` is a
 * query of the ids of all objects that meet it, for conditions that an index answers. The planner is not left the choice
 * between them: it knows too little of how the values of one class are spread. `plan.ts` chooses.
 */
export interface Condition {
  test: SQL;
  set?: SQL;
  /** The planner can't tell how many there are, and to count some is cheap. */
  countable?: boolean;
  /** The rows of the set lie all over a large table, and each is read. */
  scattered?: boolean;
  /**
   * The objects that meet it lie together in the order of upload, and this tells between which: a query of the smallest
   * number and the largest, `least` and `most`.
   */
  bounds?: SQL;
}

/** Parentheses around a subquery in the select list: the planner asks it row by row and never makes a join of it. */
export const ask = (query: SQL): SQL => sql`coalesce((${query} limit 1), false)`;

/** Rows of a table that belong to objects: `where` speaks of `t`. */
export const fromTable = (table: string, where: SQL): Condition => ({
  test: ask(sql`select true from ${sql.raw(table)} t where t.object_id = objects.id and ${where}`),
  set: sql`select t.object_id from ${sql.raw(table)} t where ${where}`,
});

/** Of the numbers `id` of objects in these rows. `+ 0`: these rows are gone through, not all by that number until one is met. */
export const boundsOf = (rows: SQL, id: SQL): SQL =>
  sql`select min(${id} + 0)::float8 as least, max(${id} + 0)::float8 as most from ${rows}`;

export const onObject = (test: SQL): Condition => ({ test });
export const not = ({ test }: Condition): Condition => ({ test: sql`not ${test}` });
export const never = onObject(sql`false`);

export const joinOr = (parts: SQL[]): SQL => sql`(${sql.join(parts, sql` or `)})`;
export const list = (values: readonly (string | number)[]): SQL =>
  sql.join(
    values.map((value) => (typeof value === 'number' ? sql.raw(String(value)) : literal(value))),
    sql`, `,
  );

/** Any of them. */
export function either(conditions: readonly Condition[]): Condition {
  const [only] = conditions;
  if (conditions.length === 1 && only) return only;
  const sets = conditions.flatMap(({ set }) => (set ? [set] : []));
  return {
    test: joinOr(conditions.map(({ test }) => test)),
    ...(sets.length === conditions.length && { set: sql.join(sets, sql` union all `) }),
  };
}
