import { sql } from 'drizzle-orm';
import type { Db } from '../client.ts';

export type VerdictCounts = {
  model: string;
  version: string;
  /** Of which the predictions are that give it; null: all of the model's. */
  class: string | null;
  right: number;
  wrong: number;
  unsure: number;
};

/** What people say of the predictions of each model, and of those that give a class, in the case. */
export async function countVerdicts(db: Db, caseId: string): Promise<VerdictCounts[]> {
  const rows = await db.execute<VerdictCounts>(sql`
    with said as (
      select distinct on (j.prediction_id) j.prediction_id, j.value from judgements j
      where j.case_id = ${caseId} and j.prediction_id is not null order by j.prediction_id, j.id desc)
    select m.name as model, m.version, c.class,
      count(*) filter (where said.value = 'right')::int as right,
      count(*) filter (where said.value = 'wrong')::int as wrong,
      count(*) filter (where said.value = 'unsure')::int as unsure
    from said join predictions p on p.id = said.prediction_id join models m on m.id = p.model_id
    cross join lateral (select null::text as class union all select distinct unnest(p.classes)) c
    where said.value is not null
    group by m.id, m.name, m.version, c.class order by m.name, m.id desc, c.class nulls first`);
  return [...rows];
}
