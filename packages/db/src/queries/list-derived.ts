import type { MediaType, ObjectHash, TimeRange } from '@assay/shared';
import { sql } from 'drizzle-orm';
import { type Db, planned } from '../client.ts';
import { hashes, uuids } from '../list-parameter.ts';
import type { annotations } from '../schema/prediction.ts';
import { type Asker, isVisibleTo } from './visibility.ts';

/** One way from an object to another that was derived from it, or from one that was. */
export type DerivedRow = {
  sha256: ObjectHash;
  parent: ObjectHash;
  mediaType: MediaType;
  mime: string;
  size: number;
  model: string;
  version: string;
  /** What made it. */
  predictionId: string;
  /** In the parent, seconds. */
  timeStart: number | null;
  timeEnd: number | null;
  label: string | null;
  /** 1: from the object itself. */
  depth: number;
};

/** One word of a recording. */
export interface SpokenWord {
  text: string;
  time: TimeRange;
}

const columns = sql`
  encode(c.sha256, 'hex') as sha256, encode(p.sha256, 'hex') as parent, c.media_type as "mediaType", c.mime,
  c.size::float8 as size, m.name as model, m.version, d.prediction_id as "predictionId",
  d.time_start as "timeStart", d.time_end as "timeEnd", d.label`;

/**
 * Everything that was derived from these objects and that the asker may see, parents before children and each in its
 * order; at most `limit` of it.
 */
export async function listDerived(db: Db, asker: Asker, sha256s: ObjectHash[], limit: number): Promise<DerivedRow[]> {
  if (sha256s.length === 0) return [];
  const rows = await db.execute<DerivedRow>(
    planned(sql`
    with recursive heir(id, depth) as (
      select o.id, 0 from objects o
      where o.sha256 = any(${hashes(sha256s)})
      union
      select d.child_id, h.depth + 1 from heir h join derivations d on d.parent_id = h.id where h.depth < 16
    ), nearest as (select id, min(depth) as depth from heir group by id)
    select ${columns}, (n.depth + 1)::int as depth
    from nearest n
    join derivations d on d.parent_id = n.id
    join objects c on c.id = d.child_id join objects p on p.id = d.parent_id
    join predictions q on q.id = d.prediction_id join models m on m.id = q.model_id
    where ${isVisibleTo(asker, sql`c.id`)}
    order by n.depth, m.name, d.prediction_id, d.position limit ${limit}`),
  );
  return [...rows];
}

/** What was derived in a run, with its places below the files of the run; at most `limit` of it. */
export async function listDerivedOfRun(db: Db, runId: string, limit: number): Promise<DerivedRow[]> {
  const rows = await db.execute<DerivedRow>(sql`
    select ${columns}, 1 as depth
    from run_predictions r
    join derivations d on d.prediction_id = r.prediction_id
    join objects c on c.id = d.child_id join objects p on p.id = d.parent_id
    join predictions q on q.id = d.prediction_id join models m on m.id = q.model_id
    where r.run_id = ${runId}
    order by m.name, d.prediction_id, d.position limit ${limit}`);
  return [...rows];
}

/** What the object was derived from, as far as the asker may see it. */
export async function listOrigins(db: Db, asker: Asker, hash: ObjectHash): Promise<DerivedRow[]> {
  const rows = await db.execute<DerivedRow>(sql`
    select ${columns}, 1 as depth
    from derivations d
    join objects c on c.id = d.child_id join objects p on p.id = d.parent_id
    join predictions q on q.id = d.prediction_id join models m on m.id = q.model_id
    where c.sha256 = decode(${hash}, 'hex') and ${isVisibleTo(asker, sql`p.id`)}
    order by d.prediction_id, d.position limit 100`);
  return [...rows];
}

/** What a model found in an object. */
export type HitRow = {
  sha256: ObjectHash;
  mediaType: MediaType;
  model: string;
} & Pick<
  typeof annotations.$inferSelect,
  'label' | 'score' | 'text' | 'timeStart' | 'timeEnd' | 'spanStart' | 'spanEnd'
>;

/** What models found in these objects, at most `limit` of it; not what they say of what they made, such as a transcript's words. */
export async function listHits(db: Db, sha256s: ObjectHash[], limit: number): Promise<HitRow[]> {
  if (sha256s.length === 0) return [];
  const rows = await db.execute<HitRow>(sql`
    select encode(o.sha256, 'hex') as sha256, o.media_type as "mediaType", m.name as model, a.label, a.score, a.text,
      a.time_start as "timeStart", a.time_end as "timeEnd", a.span_start as "spanStart", a.span_end as "spanEnd"
    from objects o join annotations a on a.object_id = o.id
    join predictions p on p.id = a.prediction_id join models m on m.id = p.model_id
    where o.sha256 = any(${hashes(sha256s)})
      and not exists (select from derivations d where d.prediction_id = p.id)
    order by p.id, a.position limit ${limit}`);
  return [...rows];
}

/** Words in their order with when they were said, by the prediction that heard them. */
export async function listSpokenWords(db: Db, predictionIds: string[]): Promise<Map<string, SpokenWord[]>> {
  if (predictionIds.length === 0) return new Map();
  const rows = await db.execute<{ predictionId: string; text: string; start: number; end: number }>(sql`
    select prediction_id as "predictionId", text, time_start as start, time_end as end from annotations
    where prediction_id = any(${uuids(predictionIds)}) and text is not null and time_start is not null
    order by prediction_id, position`);
  const words = Map.groupBy(rows, ({ predictionId }) => predictionId);
  return new Map(
    [...words].map(([id, own]) => [id, own.map(({ text, start, end }) => ({ text, time: { start, end } }))]),
  );
}
