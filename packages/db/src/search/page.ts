import type { MediaType, ObjectHash, PredictionState, TagColour } from '@assay/shared';
import { type SQL, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { type Asker, isCaseOf, isDeletedFor, isVisibleTo, maySeeUpload } from '../queries/visibility.ts';
import { searchBounded } from './bounded.ts';
import { allTests, listConditions } from './conditions.ts';
import { readContext, type Search } from './context.ts';
import { isTag, isVerdict } from './judged.ts';
import { isPlain, type ListOrder, listWays, type Place, seededWay, selectPage } from './order.ts';
import { beginWith, planSearch } from './plan.ts';

export type { Search } from './context.ts';
export type { Place } from './order.ts';

/** An object that was found, as a list shows it. */
export type FoundRow = {
  id: number;
  sha256: ObjectHash;
  mediaType: MediaType;
  mime: string;
  size: number;
  /** Of its first upload that the asker may see; null: a model made it. */
  name: string | null;
  /** The extension of one of its names, when that promises another format. */
  falseExtension: string | null;
  /** ISO 8601, UTC. */
  uploadedAt: string;
  /** What made it, when a model did, of an object that the asker may see. */
  madeBy: { model: string; label: string | null } | null;
  /** Its bytes were deleted from all cases in which the asker sees it. */
  deleted: boolean;
  /** Its predictions, by state. */
  states: Partial<Record<PredictionState, number>> | null;
  /** The newest verdict on it, in the cases that the search is within. */
  verdict: string | null;
  /** Its tags there, by name. */
  tags: { name: string; colour: TagColour }[];
  /** What it is ordered by. By upload it tells what was here before, as `id` does: neither is for the asker. */
  key: string | number | null;
};

/** Since when it is in one of the asker's cases. */
const firstAdded = (asker: Asker): SQL =>
  sql`(select min(co.added_at) from case_objects co where co.object_id = o.id and ${isCaseOf(asker, 'see', sql`co.case_id`)})`;

const uploadsOf = (asker: Asker): SQL => sql`uploads u where u.object_id = o.id and ${maySeeUpload(asker)}`;

/** The first objects behind `after` that the asker may see and the query finds. Throws `search_too_slow`. */
export async function searchObjects(
  db: Db,
  who: Asker,
  { sort, limit, after: last, ...search }: Search & { sort: ListOrder; limit: number; after?: Place | undefined },
): Promise<FoundRow[]> {
  const context = await readContext(db, who, search);
  const { asker } = context;
  const conditions = listConditions(search.query, context);
  // While all that the asker sees stands at its number no key is told.
  const after = last && { ...last, key: sort.by === 'uploaded' ? (last.key ?? last.id) : last.key };
  return searchBounded(db, async (tx) => {
    const plan = await planSearch(tx, conditions, {
      ...{ wanted: limit, keyed: !isPlain(sort, context) },
      page: after ? 'later' : 'first',
    });
    const ways = plan.seeds.length > 0 ? [seededWay(sort, context)] : listWays(sort, context, after);
    const page = selectPage(ways, sort, allTests(plan.tests), { after, limit });
    const towards = sort.descending ? sql`desc` : sql`asc`;
    const key = sort.by === 'name' ? sql`page.key` : sql`page.key::float8`;
    const rows = await tx.execute<FoundRow & { id: string }>(sql`
      ${beginWith(plan.seeds)}
      select o.id, encode(o.sha256, 'hex') as sha256, o.media_type as "mediaType", o.mime, o.size::float8 as size, ${key} as key,
        ${isDeletedFor(asker, sql`o.id`)} as deleted,
        (select u.file_name from ${uploadsOf(asker)} order by u.id limit 1) as name,
        (select u.false_extension from ${uploadsOf(asker)} and u.false_extension is not null order by u.id limit 1)
          as "falseExtension",
        to_char(coalesce((select u.uploaded_at from ${uploadsOf(asker)} order by u.id limit 1), ${firstAdded(asker)}) at time zone 'UTC',
          'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "uploadedAt",
        (select json_build_object('model', m.name, 'label', d.label) from derivations d
          join predictions p on p.id = d.prediction_id join models m on m.id = p.model_id
          where d.child_id = o.id and ${isVisibleTo(asker, sql`d.parent_id`)}
          order by d.prediction_id, d.position limit 1) as "madeBy",
        (select json_object_agg(state, n) from (
          select p.state, count(*)::int as n from predictions p where p.object_id = o.id group by p.state) s) as states,
        (select t.value from judgements t where t.object_id = o.id and ${isVerdict(context)} order by t.id desc limit 1) as verdict,
        (select coalesce(json_agg(json_build_object('name', name, 'colour', colour) order by lower(name)), '[]') from (
          select distinct on (lower(g.name)) g.name, g.colour from judgements t join tags g on g.id = t.tag_id
          where t.object_id = o.id and ${isTag(context)} order by lower(g.name)) tagged) as tags
      from (${page}) page join objects o on o.id = page.id
      order by page.key ${towards}, page.tie ${towards}`);
    return rows.map((row) => ({ ...row, id: Number(row.id) }));
  });
}
