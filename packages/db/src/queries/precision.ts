import { sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { isIndependent, isShownTo } from './standing.ts';
import type { Asker } from './visibility.ts';

export type VerdictCounts = {
  model: string;
  version: string;
  /** Of which the predictions are that say something of it; null: all of the model's, those that found nothing too. */
  class: string | null;
  right: number;
  wrong: number;
  unsure: number;
};

/**
 * The classes that the prediction `p` says something of, so that this can be right or wrong: a number of half or more, as the
 * facets have it, or below 0; true; a text, a list or an object that is not empty; or an annotation of that name. "No faces" and
 * "emails: none" are of the model as a whole.
 */
const claimed = sql`select r.name from json_each(p.result) r(name, value) where case json_typeof(r.value)
    when 'number' then (r.value #>> '{}')::numeric >= 0.5 or (r.value #>> '{}')::numeric < 0
    when 'boolean' then (r.value #>> '{}')::boolean
    when 'array' then json_array_length(r.value) > 0
    when 'object' then r.value::jsonb <> '{}'
    else r.value #>> '{}' <> '' end
  union select a.label from annotations a where a.prediction_id = p.id and a.label = any(p.classes)`;

/**
 * What people say of the predictions of each model, and of those that say something of a class, in the case: as far as
 * the asker may know. Where people judge independently and differ it counts as unsure.
 */
export async function countVerdicts(db: Db, asker: Asker, caseId: string): Promise<VerdictCounts[]> {
  const rows = await db.execute<VerdictCounts>(sql`
    with of_person as (
      select distinct on (j.prediction_id, by) j.prediction_id, j.value, case when ${isIndependent('j')} then j.made_by end as by
      from judgements j where j.case_id = ${caseId} and j.prediction_id is not null and ${isShownTo(asker.id, 'j')}
      order by j.prediction_id, by, j.id desc),
    said as (
      select prediction_id, case when count(distinct value) > 1 then 'unsure' else min(value) end as value
      from of_person group by prediction_id)
    select m.name as model, m.version, c.class,
      count(*) filter (where said.value = 'right')::int as right,
      count(*) filter (where said.value = 'wrong')::int as wrong,
      count(*) filter (where said.value = 'unsure')::int as unsure
    from said join predictions p on p.id = said.prediction_id join models m on m.id = p.model_id
    cross join lateral (select null::text as class union all ${claimed}) c
    where said.value is not null
    group by m.id, m.name, m.version, c.class order by m.name, m.id desc, c.class nulls first`);
  return [...rows];
}
