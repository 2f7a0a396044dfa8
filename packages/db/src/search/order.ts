import type { SearchSort } from '@assay/shared';
import { type SQL, sql } from 'drizzle-orm';
import { type Asker, isCaseOf, maySeeUpload, ownPlace } from '../queries/visibility.ts';
import type { SearchContext } from './condition.ts';
import { literal, resultKey } from './literals.ts';
import { fromSeed } from './plan.ts';

/** `stored`: by number, which says what came to anybody first. For what nobody sees the order of. */
export type ListOrder = SearchSort | { by: 'stored'; descending: boolean };

/** Where a page went on from: the key of its last object and its number. By upload the key is `ownPlace`. */
export interface Place {
  key: string | number | null;
  id: number;
}

/** One way through objects in an order. */
interface Way {
  from: SQL;
  where: SQL;
  id: SQL;
  /** What it is ordered by; none: by the number. */
  key?: { value: SQL; type: 'bigint' | 'float8' | 'text' };
  /** What decides between equals; none: the number. */
  tie?: SQL;
}

/**
 * A keyed hash of the number. By the number itself those would be first of what is equal that came to anybody first. An index
 * has it beside each key.
 */
const tieOf = (id: SQL): SQL => sql`tie(${id})`;
const objectsTie = tieOf(sql`objects.id`);

/** Behind every name, for what was never uploaded. */
const noName = '\u{10ffff}';
const nameKey = (row: string) => sql.raw(`lower(left(${row}.file_name, 200)) collate "C"`);

/** The name of its first upload that the asker may see: also the name that is shown. */
const firstName = (asker: Asker) =>
  sql`(select ${nameKey('u')} from uploads u where u.object_id = objects.id and ${maySeeUpload(asker)} order by u.id limit 1)`;

const whole: Way = { from: sql`objects`, where: sql`true`, id: sql`objects.id` };

/** Whether all that the asker sees stands at its number. */
export const isPlain = ({ by }: ListOrder, { hasLate }: SearchContext) =>
  by === 'stored' || (by === 'uploaded' && !hasLate);

/** The ways, one after the other, that lead by indexes through all objects in the order; perhaps only from `after` on. */
export function listWays(order: ListOrder, context: SearchContext, after?: Place): Way[] {
  const { asker } = context;
  const { by, descending } = order;
  if (by === 'stored' || isPlain(order, context)) return [whole];
  if (by === 'uploaded') return [placedWay(context, descending, after)];
  if (by === 'size') return [{ ...whole, key: { value: sql`objects.size`, type: 'bigint' }, tie: objectsTie }];
  if (by === 'name') {
    const named: Way = {
      from: sql`uploads w join objects on objects.id = w.object_id`,
      where: sql`w.id = (select u.id from uploads u where u.object_id = w.object_id and ${maySeeUpload(asker)} order by u.id limit 1)`,
      key: { value: nameKey('w'), type: 'text' },
      id: sql`w.object_id`,
      tie: tieOf(sql`w.object_id`),
    };
    const unnamed: Way = {
      ...whole,
      from: sql`(select distinct ${tieOf(sql`child_id`)} as tie, child_id from derivations) made
        join objects on objects.id = made.child_id`,
      where: sql`not exists (select from uploads u where u.object_id = objects.id and ${maySeeUpload(asker)})`,
      key: { value: sql`${noName}::text`, type: 'text' },
      tie: sql`made.tie`,
    };
    return descending ? [unnamed, named] : [named, unnamed];
  }
  const isOf = ofClass(by);
  // An object that has several values of the class stands where its best one is. `+ 0`: by the object's own labels it is
  // quick to see, by all larger numbers of the class it is not.
  const better = sql.raw(descending ? '>' : '<');
  return [
    {
      from: sql`labels w join objects on objects.id = w.object_id`,
      where: sql`${isOf('w')} and coalesce((select false from labels l where l.object_id = w.object_id and ${isOf('l')}
        and (l.number + 0 ${better} w.number or (l.number + 0 = w.number and l.ctid > w.ctid)) limit 1), true)`,
      key: { value: sql`w.number`, type: 'float8' },
      id: sql`w.object_id`,
      tie: tieOf(sql`w.object_id`),
    },
  ];
}

/**
 * By upload, where some objects came to the asker after they came to others: the rows of each of their cases, merged. An object
 * is met once for each case that has it, and taken where it stands first.
 */
function placedWay({ asker, cases }: SearchContext, descending: boolean, after: Place | undefined): Way {
  const [towards, comparison] = descending ? [sql`desc`, sql`<=`] : [sql`asc`, sql`>=`];
  const from = after ? sql` and place ${comparison} ${after.key}::bigint` : sql``;
  // Each in order by itself: else the planner takes all of them to the last one, and puts them in order together.
  const rows = cases.map(
    ({ id }) =>
      sql`(select object_id, place, case_id from case_objects where case_id = ${literal(id)}${from} order by place ${towards})`,
  );
  return {
    from: sql`(select * from (${sql.join(rows, sql` union all `)}) merged order by place ${towards} offset 0) w
      cross join lateral (select * from objects where objects.id = w.object_id offset 0) objects`,
    where: sql`(select not bool_or(co.place < w.place or (co.place = w.place and co.case_id < w.case_id))
      from case_objects co where co.object_id = w.object_id and ${isCaseOf(asker, 'see', sql`co.case_id`)})`,
    key: { value: sql`w.place`, type: 'bigint' },
    id: sql`w.object_id`,
  };
}

/** The way through the objects of the seed. They are put in order first, and tested each in its turn until a page is full. */
export function seededWay(order: ListOrder, context: SearchContext): Way {
  const { by, descending } = order;
  if (by === 'stored' || isPlain(order, context))
    return { from: fromSeed(descending), where: sql`true`, id: sql`seed.object_id` };
  const { key, tie } = seededKey(by, context.asker, descending);
  const towards = sql.raw(descending ? 'desc' : 'asc');
  return {
    from: sql`(select objects.*, key from seed join objects on objects.id = seed.object_id
      cross join lateral (select ${key.value} as key offset 0) keyed where key is not null
      order by key ${towards}, ${tie} ${towards} offset 0) objects`,
    where: sql`true`,
    key: { ...key, value: sql`objects.key` },
    id: sql`objects.id`,
    tie,
  };
}

function seededKey(by: SearchSort['by'], asker: Asker, descending: boolean): Required<Pick<Way, 'key' | 'tie'>> {
  if (by === 'uploaded') return { key: { value: ownPlace(asker), type: 'bigint' }, tie: sql`objects.id` };
  const tie = objectsTie;
  if (by === 'size') return { key: { value: sql`objects.size`, type: 'bigint' }, tie };
  if (by === 'name') return { key: { value: sql`coalesce(${firstName(asker)}, ${noName})`, type: 'text' }, tie };
  const best = sql.raw(descending ? 'max' : 'min');
  const value = sql`(select ${best}(l.number) from labels l where l.object_id = objects.id and ${ofClass(by)('l')})`;
  return { key: { value, type: 'float8' }, tie };
}

/** Rows of `labels` that have a number of the class. */
function ofClass({ model, class: name }: { model: string; class: string }): (row: string) => SQL {
  const key = resultKey('class', model, name);
  return (row) => sql`${sql.raw(row)}.key = ${key} and ${sql.raw(row)}.number is not null`;
}

/** The first `limit` objects behind `after` that meet `tests`: `id`, and `key` and `tie` that they are ordered by. */
export function selectPage(
  ways: readonly Way[],
  { descending }: ListOrder,
  tests: SQL,
  page: { after?: Place | undefined; limit: number },
): SQL {
  const [towards, comparison] = descending ? [sql`desc`, sql`<`] : [sql`asc`, sql`>`];
  const limit = sql.raw(String(page.limit));
  const parts = ways.map((way) => {
    const { from, where, key, id, tie = id } = way;
    const order = key ? sql`${key.value} ${towards}, ${tie} ${towards}` : sql`${tie} ${towards}`;
    const behind = page.after ? sql` and ${isBehind(page.after, way, comparison)}` : sql``;
    return sql`(select ${id} as id, ${key?.value ?? sql`null::int`} as key, ${tie} as tie from ${from}
      where ${where} and ${tests}${behind} order by ${order} limit ${limit})`;
  });
  const [only, ...others] = parts;
  return only && others.length === 0
    ? only
    : sql`select * from (${sql.join(parts, sql` union all `)}) ways limit ${limit}`;
}

function isBehind(after: Place, { id, key, tie }: Way, comparison: SQL): SQL {
  const number = sql`${after.id}::bigint`;
  if (!key) return sql`${id} ${comparison} ${number}`;
  return sql`(${key.value}, ${tie ?? id}) ${comparison} (${after.key}::${sql.raw(key.type)}, ${tie ? tieOf(number) : number})`;
}
