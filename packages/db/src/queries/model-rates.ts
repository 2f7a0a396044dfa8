import type { ModelRate } from '@assay/shared';
import { sql } from 'drizzle-orm';
import type { Db } from '../client.ts';

/** By the model's number. */
export async function listModelRates(db: Db, modelIds: readonly number[]): Promise<Map<number, ModelRate>> {
  if (modelIds.length === 0) return new Map();
  const rows = await db.execute<{ id: number } & ModelRate>(sql`
    select m.id, lately."perMinute", (
        select percentile_cont(0.5) within group (order by extract(epoch from p.finished_at - p.started_at))
        from (select finished_at, started_at from predictions
          where model_id = m.id and finished_at is not null and state = 'succeeded'
          order by finished_at desc limit 100) p)::float8 as "medianSeconds"
    from (select jsonb_array_elements_text(${JSON.stringify([...new Set(modelIds)])}::jsonb)::int as id) m,
    lateral (select (case when count(*) > 0
        then count(*) * 60 / greatest(1, extract(epoch from now() - min(finished_at))) end)::float8 as "perMinute"
      from (select finished_at from predictions p where p.model_id = m.id
        and p.finished_at > now() - interval '10 minutes' and p.state in ('succeeded', 'failed')
        order by p.finished_at desc limit 500) ended) lately`);
  return new Map(rows.map(({ id, ...rate }) => [id, rate]));
}
