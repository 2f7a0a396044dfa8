import type { PredictionState } from '@assay/shared';
import { sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { bigints } from '../list-parameter.ts';
import { type Asker, casesOf, maySeeUpload } from '../queries/visibility.ts';
import { readContext, type Search } from './context.ts';
import { isPredictionVerdict, isTag, isVerdict } from './judged.ts';

/** What a person says in a case, and when: ISO 8601, UTC. */
export type ExportedSaying = { case: string; verdict: string; by: string; at: string };

/** More of an object that was found, as far as the asker may see. */
type ExportedObject = {
  id: string;
  md5: string;
  sha1: string;
  fileNames: string[];
  uploadedBy: string[];
  cases: string[];
  /** Those that stand, in the cases that the search is within. */
  verdicts: ExportedSaying[];
  tags: string[];
  notes: { case: string; text: string; by: string; at: string }[];
};

const utc = (column: string) => sql.raw(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);
const listOf = (ids: readonly number[]) => sql`unnest(${bigints(ids)})`;

/** By number. */
export async function listExported(db: Db, who: Asker, search: Search, ids: number[]) {
  const context = await readContext(db, who, search);
  const { asker } = context;
  const rows = await db.execute<ExportedObject>(sql`
    select o.id, encode(o.md5, 'hex') as md5, encode(o.sha1, 'hex') as sha1,
      array(select u.file_name from uploads u where u.object_id = o.id and ${maySeeUpload(asker)}
        group by 1 order by min(u.id::text)) as "fileNames",
      array(select distinct p.username from uploads u join "user" p on p.id = u.uploaded_by
        where u.object_id = o.id and ${maySeeUpload(asker)} order by 1) as "uploadedBy",
      array(select c.name from case_objects co join cases c on c.id = co.case_id
        where co.object_id = o.id and co.case_id in ${casesOf(asker, 'see')} order by 1) as cases,
      (select coalesce(json_agg(json_build_object('case', c.name, 'verdict', t.value, 'by', p.username, 'at', ${utc('t.made_at')})
          order by t.id), '[]')
        from judgements t join cases c on c.id = t.case_id join "user" p on p.id = t.made_by
        where t.object_id = o.id and ${isVerdict(context)}) as verdicts,
      array(select distinct g.name from judgements t join tags g on g.id = t.tag_id
        where t.object_id = o.id and ${isTag(context)} order by 1) as tags,
      (select coalesce(json_agg(json_build_object('case', c.name, 'text', n.text, 'by', p.username, 'at', ${utc('n.made_at')})
          order by n.made_at), '[]')
        from notes n join cases c on c.id = n.case_id join "user" p on p.id = n.made_by
        where n.object_id = o.id and n.removed_at is null and n.case_id in ${context.judgedIn}) as notes
    from ${listOf(ids)} as hit(id) join objects o on o.id = hit.id`);
  return new Map(rows.map((row) => [Number(row.id), row]));
}

export type ExportedPrediction = {
  objectId: string;
  id: string;
  model: string;
  version: string;
  state: PredictionState;
  reason: string | null;
  result: Record<string, unknown> | null;
  annotations: number;
  finishedAt: string | null;
  verdicts: ExportedSaying[];
};

/** The objects' predictions, by the number of the object. */
export async function listExportedPredictions(db: Db, asker: Asker, search: Search, ids: number[]) {
  const context = await readContext(db, asker, search);
  const rows = await db.execute<ExportedPrediction>(sql`
    select p.object_id as "objectId", p.id, m.name as model, m.version, p.state, p.reason, p.result,
      (select count(*)::int from annotations a where a.prediction_id = p.id) as annotations,
      ${utc('p.finished_at')} as "finishedAt",
      (select coalesce(json_agg(json_build_object('case', c.name, 'verdict', t.value, 'by', u.username, 'at', ${utc('t.made_at')})
          order by t.id), '[]')
        from judgements t join cases c on c.id = t.case_id join "user" u on u.id = t.made_by
        where t.prediction_id = p.id and ${isPredictionVerdict(context)}) as verdicts
    from ${listOf(ids)} as hit(id) join predictions p on p.object_id = hit.id join models m on m.id = p.model_id
    order by m.name, p.id`);
  return Map.groupBy(rows, ({ objectId }) => Number(objectId));
}
