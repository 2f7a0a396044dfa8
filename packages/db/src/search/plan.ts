import { type SQL, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import type { Condition } from './condition.ts';

/**
 * How a search is answered. `seeds`: the sets from whose common objects it starts, when these are few; none: it goes
 * through the objects in their order and tests each. `tests` are asked of every object either way.
 */
export interface Plan {
  seeds: SQL[];
  tests: Condition[];
}

/** Up to so many objects are looked at one by one, each in some microseconds. */
const few = 10_000;
/** To go through more objects than this for one page takes longer than to join the sets. */
const mostWalked = 60_000;

type Estimated = Condition & { set: SQL; rows: number };

/** Asks how many objects meet each condition, as far as that is cheap to know. `wanted`: how many are to be found. */
export async function planSearch(tx: Db, conditions: Condition[], wanted: number): Promise<Plan> {
  const settable = conditions.flatMap((each) => (each.set ? [{ ...each, set: each.set, of: each }] : []));
  if (settable.length === 0) return { seeds: [], tests: conditions };
  const [total, guessed, counted] = await Promise.all([
    countAll(tx),
    guessRows(
      tx,
      settable.map(({ set }) => set),
    ),
    countSome(
      tx,
      settable.map(({ set, countable }) => (countable ? set : undefined)),
    ),
  ]);
  const estimated = settable
    .map((each, i) => {
      const [guess = 0, count] = [guessed[i], counted[i]];
      return { ...each, rows: count === undefined ? guess : count <= few ? count : Math.max(count, guess) };
    })
    .sort((a, b) => a.rows - b.rows);
  const [smallest, ...others] = estimated;
  if (!smallest) return { seeds: [], tests: conditions };
  const seededBy = (seeds: (Estimated & { of: Condition })[]) => ({
    seeds: seeds.map(({ set }) => set),
    tests: conditions.filter((each) => !seeds.some(({ of }) => of === each)),
  });
  if (smallest.rows <= few) return seededBy([smallest]);
  const together = estimated.some((each) => each.together && each.rows < total / 2);
  const share = estimated.reduce((product, { rows }) => product * Math.min(1, rows / total), 1);
  if (!together && wanted / share <= mostWalked) return { seeds: [], tests: conditions };
  return seededBy([smallest, ...others.filter(({ rows }) => rows < total / 3)]);
}

async function countAll(tx: Db): Promise<number> {
  const [row] = await tx.execute<{ n: number }>(
    sql`select greatest(reltuples, 1)::float8 as n from pg_class where oid = 'objects'::regclass`,
  );
  return row?.n ?? 1;
}

interface PlanNode {
  'Node Type': string;
  'Parent Relationship'?: string;
  'Plan Rows': number;
  Plans?: PlanNode[];
}

/** What the planner thinks, without a look at the rows. */
async function guessRows(tx: Db, sets: SQL[]): Promise<number[]> {
  const counts = sets.map((set) => sql`select count(*) from (${set}) s`);
  const [row] = await tx.execute<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    sql`explain (format json) ${sql.join(counts, sql` union all `)}`,
  );
  const root = row?.['QUERY PLAN'][0].Plan;
  if (!root) return [];
  const all =
    sets.length === 1 ? [root] : (root.Plans ?? []).filter((node) => node['Parent Relationship'] === 'Member');
  return all.map((count) => count.Plans?.find((node) => node['Parent Relationship'] === 'Outer')?.['Plan Rows'] ?? 1);
}

async function countSome(tx: Db, sets: (SQL | undefined)[]): Promise<(number | undefined)[]> {
  if (!sets.some(Boolean)) return [];
  const counts = sets.map((set) =>
    set
      ? sql`(select count(*)::int from (select from (${set}) s limit ${sql.raw(String(few + 1))}) c)`
      : sql`null::int`,
  );
  // As JSON: in an array of the database's the client reads NaN for null.
  const [row] = await tx.execute<{ counts: (number | null)[] }>(
    sql`select json_build_array(${sql.join(counts, sql`, `)}) as counts`,
  );
  return row?.counts.map((count) => count ?? undefined) ?? [];
}

/** The statement's beginning, which has the objects from which it starts in `seed(object_id)`; none: it has nothing. */
export function beginWith(seeds: readonly SQL[]): SQL {
  const [first, ...others] = seeds;
  if (!first) return sql``;
  const alsoIn = others.map((set) => sql`s.object_id in (${set})`);
  const where = alsoIn.length > 0 ? sql` where ${sql.join(alsoIn, sql` and `)}` : sql``;
  return sql`with seed as materialized (select distinct s.object_id from (${first}) as s(object_id)${where})`;
}

/**
 * The objects of the seed, the one stored last first. `offset 0` keeps the planner from asking the tests of every object on
 * the way to these, and of these before they are in order.
 */
export const fromSeed = (descending: boolean): SQL => sql`
  (select object_id from seed order by object_id ${sql.raw(descending ? 'desc' : 'asc')} offset 0) seed
  cross join lateral (select * from objects where objects.id = seed.object_id offset 0) objects`;
