import { sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { type Asker, casesOf, isVisibleTo, maySeeUpload } from '../queries/visibility.ts';
import { searchBounded } from './bounded.ts';
import { containing, resultKey } from './literals.ts';

const mostSuggested = 12;
const most = sql.raw(String(mostSuggested));

/** Classes and labels of annotations that models gave, whose model or name has this text in it. */
export async function suggestResultNames(db: Db, part: string) {
  return [
    ...(await db.execute<{ kind: 'class' | 'annotation'; model: string; name: string }>(sql`
      select kind, model, name from result_names where lower(model || '.' || name) like ${containing(part)}
      order by kind, model, name limit ${most}`)),
  ];
}

/** Words that results of objects that the asker may see have for a class, the most frequent of some first. */
export async function suggestWords(
  db: Db,
  asker: Asker,
  of: { model: string; class: string },
  part: string,
): Promise<string[]> {
  const rows = await searchBounded(db, (tx) =>
    tx.execute<{ value: string }>(sql`
      select l.word as value from (
        select word, object_id from labels where key = ${resultKey('class', of.model, of.class)} and word is not null
          and length(word) < 60 and lower(left(word, 1000)) like ${containing(part)} limit 2000
      ) l join objects on objects.id = l.object_id where ${isVisibleTo(asker)}
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

/** MIME types that there are: found by skipping from one to the next in the index. */
export async function suggestMimes(db: Db, part: string): Promise<string[]> {
  const rows = await searchBounded(db, (tx) =>
    tx.execute<{ value: string }>(sql`
      with recursive found(mime) as (
        (select mime from objects order by mime limit 1)
        union all select (select o.mime from objects o where o.mime > found.mime order by o.mime limit 1) from found
          where found.mime is not null
      ) select mime as value from found where mime like ${containing(part)} limit ${most}`),
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
