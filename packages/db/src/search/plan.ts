import { type SQL, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import type { Condition } from './condition.ts';

/**
 * How a search is answered. `seeds`: the sets from whose common objects it starts; none: it goes through the objects in their
 * order and tests each. `tests` are asked of every object that it comes to.
 */
export interface Plan {
  seeds: SQL[];
  tests: Condition[];
}

/** Up to so many objects are counted where that is cheap. */
const few = 10_000;
/** What it takes, in microseconds: to ask one condition of one object, and to take one object out of a set. */
const perTest = 4;
const perSeed = ({ countable, scattered }: Condition) => (countable ? 0.6 : scattered ? 25 : 3);
/** Of the objects, those that meet a condition of which nothing is known. */
const unknownShare = 0.3;
/** Between which objects more than these lie is not asked, for a first page and for one that may be among the last. */
const mostBounded = { first: 200_000, later: 2_000_000 };

type Estimated = Condition & { set: SQL; rows: number; of: Condition };

interface Wish {
  /** How many objects are to be found. */
  wanted: number;
  /** They are ordered by something that has to be looked up for each. */
  keyed?: boolean;
  /** Which page of what is found. */
  page?: 'first' | 'later';
}

/** Weighs what each way would take, by how many objects meet each condition, as far as that is cheap to know. */
export async function planSearch(tx: Db, conditions: Condition[], wish: Wish): Promise<Plan> {
  const { wanted, keyed = false, page = 'first' } = wish;
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
  const estimated: Estimated[] = settable
    .map((each, i) => {
      const [guess = 0, count] = [guessed[i], counted[i]];
      return { ...each, rows: count === undefined ? guess : count <= few ? count : Math.max(count, guess) };
    })
    .sort((a, b) => a.rows - b.rows);
  const stretch = await findStretch(tx, estimated, total, mostBounded[page]);
  const unknown = unknownShare ** (conditions.length - settable.length);
  const share = (parts: readonly Estimated[], of: number) =>
    parts.reduce((product, { rows }) => product * Math.min(1, rows / of), unknown);

  const way = chooseSeeds(estimated, total);
  const left = estimated.filter((each) => !way.seeds.includes(each));
  const tested = Math.min(way.rows, wanted / share(left, total)) * (conditions.length - way.seeds.length);
  const seeded = way.micros + way.rows * (keyed ? perTest : 1) + tested * perTest;
  const walked =
    (stretch.isSure ? Math.min(stretch.length, wanted / share(estimated, stretch.length)) : total) *
    conditions.length *
    perTest;
  if (walked <= seeded) return { seeds: [], tests: stretch.test ? [stretch.test, ...conditions] : conditions };
  return {
    seeds: way.seeds.map(({ set }) => set),
    tests: conditions.filter((each) => !way.seeds.some(({ of }) => of === each)),
  };
}

/** The smallest set, and the others that take less to join with it than to ask of its objects. */
function chooseSeeds(
  estimated: readonly Estimated[],
  total: number,
): { seeds: Estimated[]; rows: number; micros: number } {
  const [smallest, ...others] = estimated;
  if (!smallest) return { seeds: [], rows: 0, micros: Number.POSITIVE_INFINITY };
  const way = { seeds: [smallest], rows: smallest.rows, micros: smallest.rows * perSeed(smallest) };
  for (const each of others) {
    if (each.rows * perSeed(each) > way.rows * perTest) continue;
    way.seeds.push(each);
    way.micros += each.rows * perSeed(each);
    way.rows *= Math.min(1, each.rows / total);
  }
  return way;
}

/**
 * The stretch of all objects in the order of upload outside of which none is found. It is not sure where some of less than
 * half of all lie together, and to find out where takes too long: all others may come first.
 */
async function findStretch(
  tx: Db,
  estimated: Estimated[],
  total: number,
  mostRows: number,
): Promise<{ length: number; isSure: boolean; test?: Condition }> {
  // Of half of all or more nothing is gained that makes up for looking where they begin and end.
  const bounded = estimated.filter(({ bounds, rows }) => bounds && rows < total / 2);
  const bounds = bounded.flatMap((each) => (each.bounds && each.rows < mostRows ? [each.bounds] : []));
  const isSure = bounds.length > 0 || bounded.length === 0;
  if (bounds.length === 0) return { length: total, isSure };
  const [row] = await tx.execute<{ least: number | null; most: number | null }>(
    sql`select max(least) as least, min(most) as most from (${sql.join(bounds, sql` union all `)}) b`,
  );
  const [least, most] = [row?.least ?? 0, row?.most ?? -1];
  const test = sql`objects.id between ${sql.raw(String(least))} and ${sql.raw(String(most))}`;
  return { length: Math.max(1, Math.min(total, most - least + 1)), isSure, test: { test } };
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
