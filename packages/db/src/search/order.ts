import type { SearchSort } from '@assay/shared';
import { type SQL, sql } from 'drizzle-orm';
import { type Asker, maySeeUpload } from '../queries/visibility.ts';
import { resultKey } from './literals.ts';
import { fromSeed } from './plan.ts';

/** Where a page went on from: the key of its last object and its number. */
export interface Place {
  key: string | number | null;
  id: number;
}

/** One way through objects in an order. */
interface Way {
  from: SQL;
  where: SQL;
  id: SQL;
  /** What it is ordered by; none: by the number, which says what was stored first. */
  key?: { value: SQL; type: 'bigint' | 'float8' | 'text' };
}

/** Behind every name, for what was never uploaded. */
const noName = '\u{10ffff}';
const nameKey = (row: string) => sql.raw(`lower(left(${row}.file_name, 200)) collate "C"`);

/** The name of its first upload that the asker may see: also the name that is shown. */
const firstName = (asker: Asker) =>
  sql`(select ${nameKey('u')} from uploads u where u.object_id = objects.id and ${maySeeUpload(asker)} order by u.id limit 1)`;

/** The ways, one after the other, that lead by indexes through all objects in the order. */
export function listWays({ by, descending }: SearchSort, asker: Asker): Way[] {
  const whole: Way = { from: sql`objects`, where: sql`true`, id: sql`objects.id` };
  if (by === 'uploaded') return [whole];
  if (by === 'size') return [{ ...whole, key: { value: sql`objects.size`, type: 'bigint' } }];
  if (by === 'name') {
    const named: Way = {
      from: sql`uploads w join objects on objects.id = w.object_id`,
      where: sql`w.id = (select u.id from uploads u where u.object_id = w.object_id and ${maySeeUpload(asker)} order by u.id limit 1)`,
      key: { value: nameKey('w'), type: 'text' },
      id: sql`w.object_id`,
    };
    const unnamed: Way = {
      ...whole,
      from: sql`(select distinct child_id from derivations) made join objects on objects.id = made.child_id`,
      where: sql`not exists (select from uploads u where u.object_id = objects.id and ${maySeeUpload(asker)})`,
      key: { value: sql`${noName}::text`, type: 'text' },
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
    },
  ];
}

/** The way through the objects of the seed. They are put in order first, and tested each in its turn until a page is full. */
export function seededWay({ by, descending }: SearchSort, asker: Asker): Way {
  if (by === 'uploaded') return { from: fromSeed(descending), where: sql`true`, id: sql`seed.object_id` };
  const key = seededKey(by, asker, descending);
  const towards = sql.raw(descending ? 'desc' : 'asc');
  return {
    from: sql`(select objects.*, key from seed join objects on objects.id = seed.object_id
      cross join lateral (select ${key.value} as key offset 0) keyed where key is not null
      order by key ${towards}, objects.id ${towards} offset 0) objects`,
    where: sql`true`,
    key: { ...key, value: sql`objects.key` },
    id: sql`objects.id`,
  };
}

function seededKey(by: Exclude<SearchSort['by'], 'uploaded'>, asker: Asker, descending: boolean): Required<Way>['key'] {
  if (by === 'size') return { value: sql`objects.size`, type: 'bigint' };
  if (by === 'name') return { value: sql`coalesce(${firstName(asker)}, ${noName})`, type: 'text' };
  const best = sql.raw(descending ? 'max' : 'min');
  return {
    value: sql`(select ${best}(l.number) from labels l where l.object_id = objects.id and ${ofClass(by)('l')})`,
    type: 'float8',
  };
}

/** Rows of `labels` that have a number of the class. */
function ofClass({ model, class: name }: { model: string; class: string }): (row: string) => SQL {
  const key = resultKey('class', model, name);
  return (row) => sql`${sql.raw(row)}.key = ${key} and ${sql.raw(row)}.number is not null`;
}

/** The first `limit` objects behind `after` that meet `tests`, with their keys. */
export function selectPage(
  ways: readonly Way[],
  { descending }: SearchSort,
  tests: SQL,
  page: { after?: Place | undefined; limit: number },
): SQL {
  const [towards, comparison] = descending ? [sql`desc`, sql`<`] : [sql`asc`, sql`>`];
  const limit = sql.raw(String(page.limit));
  const parts = ways.map(({ from, where, key, id }) => {
    const order = key ? sql`${key.value} ${towards}, ${id} ${towards}` : sql`${id} ${towards}`;
    const behind = page.after ? sql` and ${isBehind(page.after, { id, key }, comparison)}` : sql``;
    return sql`(select ${id} as id, ${key?.value ?? sql`null::int`} as key from ${from}
      where ${where} and ${tests}${behind} order by ${order} limit ${limit})`;
  });
  const [only, ...others] = parts;
  return only && others.length === 0
    ? only
    : sql`select * from (${sql.join(parts, sql` union all `)}) ways limit ${limit}`;
}

const isBehind = (after: Place, { id, key }: Pick<Way, 'id' | 'key'>, comparison: SQL): SQL =>
  key
    ? sql`(${key.value}, ${id}) ${comparison} (${after.key}::${sql.raw(key.type)}, ${after.id}::bigint)`
    : sql`${id} ${comparison} ${after.id}::bigint`;
