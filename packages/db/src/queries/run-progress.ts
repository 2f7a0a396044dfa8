import type { PredictionState } from '@assay/shared';
import { sql } from 'drizzle-orm';
import type { Db } from '../client.ts';

/** How far a run is with one model. */
export type ModelProgress = {
  modelId: number;
  model: string;
  version: string;
  counts: Partial<Record<PredictionState, number>>;
  /** Of those that wait: how many of the model's line are before the first, up to 10,000; null: none waits. */
  ahead: number | null;
  /** The same for the last: those before it are other runs' and its own. */
  aheadOfLast: number | null;
  /** Why those failed that did, the most frequent first; at most five. */
  failures: { reason: string | null; n: number }[];
};

/** By the models' names. */
export async function listRunProgress(db: Db, runId: string): Promise<ModelProgress[]> {
  const rows = await db.execute<ModelProgress>(sql`
    with own as (
      select p.model_id, p.state, count(*)::int as n, min(p.place) as first, max(p.place) as last
      from run_predictions rp join predictions p on p.id = rp.prediction_id
      where rp.run_id = ${runId} group by p.model_id, p.state
    ), model as (
      select model_id, jsonb_object_agg(state, n) as counts, min(first) filter (where state = 'queued') as first,
        max(last) filter (where state = 'queued') as last
      from own group by model_id
    )
    select m.id as "modelId", m.name as model, m.version, model.counts,
      case when model.first is not null then (select count(*)::int from (select 1 from predictions p
        where p.model_id = m.id and p.state = 'queued' and p.place < model.first limit 10000) x) end as ahead,
      case when model.last is not null then (select count(*)::int from (select 1 from predictions p
        where p.model_id = m.id and p.state = 'queued' and p.place <= model.last limit 10000) x) end as "aheadOfLast",
      case when model.counts ? 'failed' then (select jsonb_agg(r) from (
        select p.reason, count(*)::int as n from run_predictions rp join predictions p on p.id = rp.prediction_id
        where rp.run_id = ${runId} and p.model_id = m.id and p.state = 'failed'
        group by p.reason order by n desc, p.reason limit 5) r) else '[]'::jsonb end as failures
    from model join models m on m.id = model.model_id order by m.name, m.id`);
  return [...rows];
}

/** How many predictions each file of a run has in each state, those of what models made of it left out. By SHA-256. */
export async function countFilesOfRun(
  db: Db,
  runId: string,
): Promise<Map<string, Partial<Record<PredictionState, number>>>> {
  const rows = await db.execute<{ sha256: string; counts: Partial<Record<PredictionState, number>> }>(sql`
    select encode(o.sha256, 'hex') as sha256, jsonb_object_agg(c.state, c.n) as counts
    from (select p.object_id, p.state, count(*)::int as n from run_predictions rp
      join predictions p on p.id = rp.prediction_id where rp.run_id = ${runId} group by p.object_id, p.state) c
    join objects o on o.id = c.object_id group by o.sha256`);
  return new Map(rows.map(({ sha256, counts }) => [sha256, counts]));
}
