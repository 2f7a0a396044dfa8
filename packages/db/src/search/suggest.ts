import { type SQL, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { type Asker, casesOf, maySeeUpload } from '../queries/visibility.ts';
import { searchBounded } from './bounded.ts';
import { containing, resultKey } from './literals.ts';

const mostSuggested = 12;
const most = sql.raw(String(mostSuggested));

/** Suggestions are of what so many objects are like, the last that came into the asker's cases. */
const mostLooked = sql.raw('3000');

/**
 * The objects `(id)` whose values are suggested. Found from the asker's side: what others have changes neither the
 * suggestions nor how long they take.
 */
const newest = (asker: Asker): SQL => sql`newest as materialized (
  select co.object_id as id from unnest(array${casesOf(asker, 'see')}) c(id) cross join lateral (
    select object_id, place from case_objects where case_id = c.id order by place desc, object_id desc limit ${mostLooked}) co
  order by co.place desc limit ${mostLooked})`;

/** Classes that models say they give, and what results of the asker's objects have, whose model or name has this text in it. */
export async function suggestResultNames(db: Db, asker: Asker, part: string) {
  const rows = await searchBounded(db, (tx) =>
    tx.execute<{ kind: 'class' | 'annotation'; model: string; name: string }>(sql`
      with ${newest(asker)}, key as (
        select l.key from newest join labels l on l.object_id = newest.id
        union select a.key from newest join annotations a on a.object_id = newest.id
      )
      select kind::text, model, name from result_names join key using (key)
        where lower(model || '.' || name) like ${containing(part)}
      union select 'class', m.name, class from models m, jsonb_array_elements_text(m.manifest -> 'classes') class
        where lower(m.name || '.' || class) like ${containing(part)}
      order by kind, model, name limit ${most}`),
  );
  return [...rows];
}

/** Words that results of the asker's objects have for a class, the most frequent first. */
export async function suggestWords(
  db: Db,
  asker: Asker,
  of: { model: string; class: string },
  part: string,
): Promise<string[]> {
  const rows = await searchBounded(db, (tx) =>
    tx.execute<{ value: string }>(sql`
      with ${newest(asker)}
      select l.word as value from newest join labels l on l.object_id = newest.id
      where l.key = ${resultKey('class', of.model, of.class)} and l.word is not null and length(l.word) < 60
        and lower(left(l.word, 1000)) like ${containing(part)}
      group by l.word order by count(*) desc, l.word limit ${most}`),
  );
  return rows.map(({ value }) => value);
}

/** Who uploaded something that the asker may see. */
export async function suggestUploaders(db: Db, asker: Asker, part: string): Promise<string[]> {
  const rows = await db.execute<{ value: string }>(sql`
    select username as value from "user" p where lower(username) like ${containing(part)}
      and exists (select from uploads u where u.uploaded_by = p.id and ${maySeeUpload(asker)})
    order by username limit ${most}`);
  return rows.map(({ value }) => value);
}

/** MIME types of the asker's objects. */
export async function suggestMimes(db: Db, asker: Asker, part: string): Promise<string[]> {
  const rows = await searchBounded(db, (tx) =>
    tx.execute<{ value: string }>(sql`
      with ${newest(asker)}
      select distinct o.mime as value from newest join objects o on o.id = newest.id
      where o.mime like ${containing(part)} order by 1 limit ${most}`),
  );
  return rows.map(({ value }) => value);
}

/** Names of the asker's cases. */
export async function suggestCases(db: Db, asker: Asker, part: string): Promise<string[]> {
  const rows = await db.execute<{ value: string }>(sql`
    select distinct c.name as value from cases c where c.id in ${casesOf(asker, 'see')} and lower(c.name) like ${containing(part)}
    order by 1 limit ${most}`);
  return rows.map(({ value }) => value);
}

/** Tags of the asker's cases. */
export async function suggestTags(db: Db, asker: Asker, part: string): Promise<string[]> {
  const rows = await db.execute<{ value: string }>(sql`
    select min(g.name) as value from tags g where g.case_id in ${casesOf(asker, 'see')} and g.removed_at is null
      and lower(g.name) like ${containing(part)} group by lower(g.name) order by 1 limit ${most}`);
  return rows.map(({ value }) => value);
}

/** What the asker's cases have of their own to say of objects. */
export async function suggestOwnVerdicts(db: Db, asker: Asker, part: string): Promise<string[]> {
  const rows = await db.execute<{ value: string }>(sql`
    select min(v.name) as value from case_verdicts v where v.case_id in ${casesOf(asker, 'see')}
      and lower(v.name) like ${containing(part)} group by lower(v.name) order by 1 limit ${most}`);
  return rows.map(({ value }) => value);
}
