import { type SQL, sql } from 'drizzle-orm';
import { isDoomed, type ModelName, version } from '../models.ts';
import type { Evidence, Violation } from './violation.ts';

/** How often a prediction is tried. */
const maxAttempts = 4;

interface Row extends Record<string, unknown> {
  id: string;
  sha256: string;
  model: ModelName;
  version: string;
  state: string;
  attempts: number;
  reason: string | null;
  result: Record<string, unknown> | null;
  size: string;
}

/** Every pair that was asked for has one final row, and its result belongs to its bytes. */
export async function checkRows({ db, sent }: Evidence): Promise<Violation[]> {
  const rows = await db.execute<Row>(sql`
    select p.id, encode(o.sha256, 'hex') as sha256, m.name as model, m.version, p.state, p.attempts, p.reason, p.result,
      o.size from predictions p join objects o on o.id = p.object_id join models m on m.id = p.model_id`);
  const nameOf = ({ sha256, model }: { sha256: string; model: string }) => `${model} x ${sha256.slice(0, 12)}`;
  const byPair = Map.groupBy(rows, nameOf);
  const dooms = new Map(sent.flatMap(({ files }) => files.map(({ sha256, doom }) => [sha256, doom] as const)));
  const found: Violation[] = [];
  for (const { models, files } of sent.filter(({ outcome }) => outcome === 'accepted'))
    for (const { sha256 } of files)
      for (const model of models) {
        const count = byPair.get(nameOf({ sha256, model }))?.length ?? 0;
        if (count !== 1)
          found.push({ name: 'pair-without-its-row', detail: `${nameOf({ sha256, model })}: ${count} rows` });
      }
  const asked = new Set(
    sent.flatMap(({ models, files }) =>
      files.flatMap(({ sha256 }) => models.map((model) => nameOf({ sha256, model }))),
    ),
  );
  for (const row of rows) {
    const tell = (name: string, detail: string) =>
      found.push({ name, detail: `${nameOf(row)} (${row.id}): ${detail}` });
    const { state, attempts, result, reason } = row;
    if (!asked.has(nameOf(row)) || row.version !== version) tell('nobody-asked', `version ${row.version}`);
    if (!['succeeded', 'failed', 'cancelled'].includes(state)) tell('not-final', `${state}, ${reason}`);
    if (attempts > maxAttempts) tell('too-many-attempts', String(attempts));
    const doom = dooms.get(row.sha256);
    if (state === 'succeeded') {
      if (result?.sha256 !== row.sha256 || result.bytes !== Number(row.size))
        tell('result-of-other-bytes', JSON.stringify(result));
      if (attempts < 1) tell('too-few-attempts', String(attempts));
      if (isDoomed(doom, row.model)) tell('succeeded-against-its-doom', doom);
    }
    if (state === 'failed') {
      const isRefusal = doom === 'refuse' && reason === 'This text asks to be refused';
      if (!isRefusal && attempts < maxAttempts) tell('given-up-early', `${attempts} attempts, ${reason}`);
    }
    if (state !== 'succeeded' && result !== null) tell('result-without-success', JSON.stringify(result));
  }
  return [...found, ...(await checkLeftovers(db))];
}

const leftovers: Record<string, SQL> = {
  'left-in-hand': sql`select id::text as detail from predictions where worker_id is not null`,
  'job-without-prediction': sql`select j.id::text as detail from pgboss.job j where j.name like 'predict.%' and not exists
    (select 1 from predictions p where p.id = j.id and p.state in ('queued', 'running') and j.name = 'predict.' || p.model_id)`,
  'prediction-without-job': sql`select p.id::text as detail from predictions p where p.state in ('queued', 'running')
    and not exists (select 1 from pgboss.job j where j.id = p.id and j.name = 'predict.' || p.model_id)`,
  'labels-of-another': sql`select p.id::text as detail from predictions p left join labels l on l.prediction_id = p.id
    join objects o on o.id = p.object_id
    group by p.id, o.id having count(l.*) <> case when p.state = 'succeeded' then 2 else 0 end
      or count(*) filter (where l.word <> encode(o.sha256, 'hex') or l.number <> o.size) > 0`,
  'succeeded-twice': sql`select prediction::text as detail from chaos_history where after = 'succeeded'
    group by prediction having count(*) > 1`,
  'changed-when-final': sql`select prediction || ': ' || before || ' to ' || after as detail from chaos_history
    where before in ('succeeded', 'failed') or (before = 'cancelled' and after <> 'queued')`,
  'too-many-shares': sql`select s.url as detail from model_shares s join model_endpoints e using (url)
    join models m on m.id = e.model_id group by s.url, m.id
    having sum(s.calls) > (m.manifest->'limits'->>'concurrency')::int`,
};

async function checkLeftovers(db: Evidence['db']): Promise<Violation[]> {
  const found: Violation[] = [];
  for (const [name, query] of Object.entries(leftovers))
    for (const { detail } of await db.execute<{ detail: string }>(query)) found.push({ name, detail });
  return found;
}
