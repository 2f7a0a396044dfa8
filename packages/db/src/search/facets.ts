import type { MediaType, PredictionState } from '@assay/shared';
import { type SQL, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { type Asker, isCaseOf, maySeeUpload } from '../queries/visibility.ts';
import { searchBounded } from './bounded.ts';
import type { SearchContext } from './condition.ts';
import { allTests, listConditions } from './conditions.ts';
import { readContext, type Search } from './context.ts';
import { isDisputed, isTag, isVerdict } from './judged.ts';
import { isPlain, type ListOrder, listWays, seededWay, selectPage } from './order.ts';
import { beginWith, planSearch } from './plan.ts';

/** Objects are counted up to this many. */
export const mostCounted = 10_000;
/** Facets are of up to this many: each object has many labels, all over the table; and to find more takes longer. */
const mostDescribed = 1_000;
const mostValues = 12;

export interface Facets {
  /** Of how many objects the facets are. */
  count: number;
  /** There are more than that: `countFound` says how many. */
  more: boolean;
  types: { value: MediaType; count: number }[];
  mimes: { value: string; count: number }[];
  uploaders: { value: string; count: number }[];
  mismatches: number;
  /** By name: those of the asker's. */
  cases: { value: string; count: number }[];
  /** On objects, in the cases that the search is within. */
  verdicts: { value: string; count: number }[];
  /** Objects on which people who judge independently say different things. */
  disputed: number;
  /** Objects without a verdict there. */
  unreviewed: number;
  tags: { value: string; count: number }[];
  states: { model: string; state: PredictionState; count: number }[];
  /** Of numbers: objects with 1 or more, or 0.5 or more where not all are whole, as `least` says. */
  numbers: { model: string; class: string; least: number; count: number }[];
  words: { model: string; class: string; value: string; count: number }[];
}

/** What the objects are like that a search finds. Throws `search_too_slow`. */
export async function countFacets(db: Db, asker: Asker, search: Search): Promise<Facets> {
  const context = await readContext(db, asker, search);
  return searchBounded(db, async (tx) => {
    const { ids, more } = await listHits(tx, context, search, { by: 'uploaded', most: mostDescribed });
    const empty = { types: [], mimes: [], uploaders: [], mismatches: 0, states: [], numbers: [], words: [] };
    const unsaid = { cases: [], verdicts: [], disputed: 0, unreviewed: 0, tags: [] };
    if (ids.length === 0) return { count: 0, more: false, ...empty, ...unsaid };
    return { count: ids.length, more, ...(await describe(tx, context, ids)) };
  });
}

/** How many a search finds, up to `mostCounted`. Throws `search_too_slow`. */
export async function countFound(db: Db, asker: Asker, search: Search): Promise<{ count: number; more: boolean }> {
  const context = await readContext(db, asker, search);
  const { ids, more } = await searchBounded(db, (tx) =>
    listHits(tx, context, search, { by: 'stored', most: mostCounted }),
  );
  return { count: ids.length, more };
}

/** Up to `most` of what is found, the newest first, and whether there is more. */
async function listHits(
  tx: Db,
  context: SearchContext,
  { query }: Search,
  { by, most }: { by: 'uploaded' | 'stored'; most: number },
): Promise<{ ids: string[]; more: boolean }> {
  const order: ListOrder = { by, descending: true };
  const plan = await planSearch(tx, listConditions(query, context), {
    wanted: most,
    keyed: !isPlain(order, context),
  });
  const ways = plan.seeds.length > 0 ? [seededWay(order, context)] : listWays(order, context);
  const page = selectPage(ways, order, allTests(plan.tests), { limit: most + 1 });
  const rows = await tx.execute<{ id: string }>(sql`${beginWith(plan.seeds)} ${page}`);
  return { ids: rows.slice(0, most).map(({ id }) => id), more: rows.length > most };
}

async function describe(tx: Db, context: SearchContext, ids: string[]): Promise<Omit<Facets, 'count' | 'more'>> {
  const { asker } = context;
  const hit = sql`unnest(${sql.raw(`'{${ids.join()}}'::bigint[]`)}) as hit(id)`;
  const top = (rows: SQL) =>
    sql`(select coalesce(json_agg(f), '[]') from (select * from (${rows}) f order by count desc limit ${sql.raw(String(mostValues * 20))}) f)`;
  const [row] = await tx.execute<Omit<Facets, 'count' | 'more'>>(sql`
    with object as materialized (select o.id, o.media_type, o.mime from ${hit} join objects o on o.id = hit.id),
    label as materialized (select l.object_id, l.key, l.number, l.word from ${hit} join labels l on l.object_id = hit.id),
    upload as materialized (select u.object_id, u.uploaded_by, u.false_extension from ${hit}
      join uploads u on u.object_id = hit.id where ${maySeeUpload(asker)}),
    said as materialized (select t.object_id, t.tag_id, t.value, t.tag_id is null and ${isDisputed(context)} as disputed
      from ${hit} join judgements t on t.object_id = hit.id where ${isVerdict(context)} or ${isTag(context)}),
    number as (
      select key, bool_and(whole) as whole, (count(*) filter (where most >= 0.5))::int as half, count(*)::int as n
      from (select key, max(number) as most, bool_and(number = floor(number)) as whole
        from label where number is not null group by object_id, key) of_object group by key),
    word as (
      select key, word, n, row_number() over (partition by key order by n desc, word) as place from (
        select key, word, count(*)::int as n from (
          select distinct object_id, key, word from label where length(word) between 1 and 40) of_object
        group by key, word) counted)
    select
      ${top(sql`select media_type as value, count(*)::int as count from object group by 1`)} as types,
      ${top(sql`select mime as value, count(*)::int as count from object group by 1`)} as mimes,
      ${top(sql`select u.username as value, n as count from (
        select uploaded_by, count(*)::int as n from (select distinct object_id, uploaded_by from upload) d group by 1) by
        join "user" u on u.id = by.uploaded_by`)} as uploaders,
      (select count(distinct object_id)::int from upload where false_extension is not null) as mismatches,
      ${top(sql`select c.name as value, count(distinct co.object_id)::int as count from ${hit}
        join case_objects co on co.object_id = hit.id join cases c on c.id = co.case_id
        where ${isCaseOf(asker, 'see', sql`co.case_id`)} group by 1`)} as cases,
      ${top(sql`select min(value) as value, count(distinct object_id)::int as count from said
        where tag_id is null group by lower(value)`)} as verdicts,
      (select count(distinct object_id)::int from said where disputed) as disputed,
      (select count(*)::int from object o where not exists (
        select from said s where s.object_id = o.id and s.tag_id is null)) as unreviewed,
      ${top(sql`select min(g.name) as value, count(distinct object_id)::int as count from said
        join tags g on g.id = said.tag_id group by lower(g.name)`)} as tags,
      ${top(sql`select m.name as model, s.state, sum(s.n)::int as count from (
        select p.model_id, p.state, count(*)::int as n from ${hit} join predictions p on p.object_id = hit.id group by 1, 2) s
        join models m on m.id = s.model_id group by 1, 2`)} as states,
      ${top(sql`select r.model, r.name as class, case when whole then 1 else 0.5 end as least, half as count
        from number join result_names r on r.key = number.key where half > 0 and half < n`)} as numbers,
      ${top(sql`select r.model, r.name as class, word.word as value, n as count
        from word join result_names r on r.key = word.key where place <= ${sql.raw(String(mostValues))}`)} as words`);
  if (!row) throw new Error('A select without a condition has a row');
  return row;
}
