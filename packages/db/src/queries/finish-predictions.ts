import type { Annotation, Answer, FaultOwner } from '@assay/shared';
import { sql } from 'drizzle-orm';
import { digestOf } from '../audit/digest.ts';
import { type Db, planned } from '../client.ts';
import type { WorkQueue } from '../queue.ts';
import type { Isolation } from '../schema/prediction.ts';
import type { ClaimedPrediction } from './claim-predictions.ts';
import { notifyRuns } from './notify-runs.ts';

/** What came of a prediction that a worker had in hand. */
export type Ending = Pick<ClaimedPrediction, 'id' | 'modelId' | 'place' | 'sha256' | 'model'> &
  (
    | { kind: 'succeeded'; answer: Answer }
    | { kind: 'failed'; reason: string; fault: FaultOwner }
    /**
     * It waits again, for so many seconds at least. `burnt`: the attempt counts, since the model had its chance. `toEnd`:
     * behind all that waits now.
     */
    | { kind: 'again'; reason: string; seconds: number; burnt: boolean; isolation: Isolation; toEnd?: boolean }
  );

/**
 * Writes what came of predictions, with their results and the end of their jobs, all or nothing. Passes over those that
 * the worker has no longer in hand, because they were cancelled or given to another; returns the ids of the others.
 */
export function finishPredictions(
  db: Db,
  queue: WorkQueue,
  workerId: string,
  endings: readonly Ending[],
): Promise<Set<string>> {
  return db.transaction((tx) => finishIn(tx, queue, workerId, endings));
}

/** The same in the caller's transaction. */
export async function finishIn(
  tx: Db,
  queue: WorkQueue,
  workerId: string,
  endings: readonly Ending[],
): Promise<Set<string>> {
  const rows = await tx.execute<{ id: string; place: number }>(
    planned(sql`
        with input as materialized (
          select * from json_to_recordset(${JSON.stringify(endings.map(toRow))}::json) as i(id uuid,
            state prediction_state, reason text, fault fault_owner, classes text[], result json, digest text,
            burnt boolean, isolation isolation, "toEnd" boolean)
        ), held as materialized (
          select p.id, p.object_id, m.name as model
          from predictions p join input using (id) join models m on m.id = p.model_id
          where p.state = 'running' and p.worker_id = ${workerId}
          order by p.id for no key update of p
        ), sealed as (
          insert into audit_records (act, details)
          select 'results', jsonb_object_agg(state, digests) from (
            select state, jsonb_object_agg(id, digest) as digests from input join held using (id)
            where digest is not null group by state) by_state
          having count(*) > 0 returning id
        ), written as (
          update predictions p set state = i.state, reason = i.reason, fault = i.fault, classes = coalesce(i.classes, '{}'),
            result = i.result, worker_id = null, isolation = i.isolation,
            place = case when i."toEnd" then 1 + greatest(p.place, (select max(q.place)
              from predictions q where q.model_id = p.model_id and q.state = 'queued')) else p.place end,
            audit_record_id = case when i.digest is null then p.audit_record_id else (select id from sealed) end,
            attempts = p.attempts - case when i.burnt then 0 else 1 end,
            started_at = case when i.state = 'queued' then null else p.started_at end,
            finished_at = case when i.state = 'queued' then null else now() end
          from input i join held using (id) where p.id = i.id returning p.id, p.place
        ), label as materialized (
          select l.*, h.object_id, h.model, result_key('class', h.model, l.class) as key
          from json_to_recordset(${JSON.stringify(endings.flatMap(toLabels))}::json) as l(id uuid, class text,
            number float8, word text) join held h using (id)
        ), labelled as (
          insert into labels (prediction_id, object_id, key, number, word)
          select id, object_id, key, number, word from label
        ), looked as (
          insert into look_hashes (object_id, prediction_id, hash, parts)
          select object_id, id, decode(word, 'hex'), look_parts(decode(word, 'hex')) from label
          where class = 'pdq' and word ~ '^[0-9a-f]{64}$'
        ), annotation as materialized (
          select a.*, h.object_id, h.model, result_key('annotation', h.model, a.label) as key
          from json_to_recordset(${JSON.stringify(endings.flatMap(toAnnotations))}::json) as a(id uuid,
            position int, label text, score float8, text text, box json, "timeStart" float8, "timeEnd" float8,
            "spanStart" int, "spanEnd" int) join held h using (id)
        ), annotated as (
          insert into annotations (prediction_id, position, object_id, key, label, score, text, box, time_start, time_end,
            span_start, span_end)
          select id, position, object_id, key, label, score, text, box, "timeStart", "timeEnd", "spanStart", "spanEnd"
          from annotation
        ), named as (
          insert into result_names (key, kind, model, name)
          select distinct n.key, n.kind::result_name_kind, n.model, n.name from (
            select key, 'class' as kind, model, class as name from label
            union all select key, 'annotation', model, label from annotation
          ) n where not exists (select from result_names r where r.key = n.key)
          -- In one order everywhere, so that two that write the same new names wait for, and never deadlock, each other.
          order by n.key on conflict do nothing
        ), worded as (
          insert into search_texts (object_id, prediction_id, words)
          select h.object_id, h.id, search_words(t.text)
          from json_to_recordset(${JSON.stringify(endings.flatMap(toText))}::json) as t(id uuid, text text)
          join held h using (id)
        )
        select id, place from written`),
  );
  const places = new Map(rows.map(({ id, place }) => [id, place]));
  const held = new Set(places.keys());
  const mine = endings.flatMap((ending) => {
    const place = places.get(ending.id);
    return place === undefined ? [] : [{ ...ending, place }];
  });
  await Promise.all([
    ...[...Map.groupBy(mine, ({ modelId }) => modelId)].map(([modelId, own]) => settleJobs(tx, queue, modelId, own)),
    notifyRuns(tx, [...held]),
  ]);
  return held;
}

async function settleJobs(tx: Db, queue: WorkQueue, modelId: number, endings: Ending[]): Promise<void> {
  const again = endings.flatMap((ending) => (ending.kind === 'again' ? [ending] : []));
  await Promise.all([
    queue.remove(
      tx,
      modelId,
      endings.map(({ id }) => id),
    ),
    queue.send(tx, modelId, again),
  ]);
}

function toRow(ending: Ending) {
  const { id, kind } = ending;
  const kept = { id, burnt: true, isolation: 'none', toEnd: false };
  if (kind === 'succeeded') {
    const { classes, result } = ending.answer;
    return { ...kept, state: kind, classes, result, digest: digestOfEnding(ending) };
  }
  if (kind === 'failed')
    return { ...kept, state: kind, reason: ending.reason, fault: ending.fault, digest: digestOfEnding(ending) };
  const { reason, burnt, isolation, toEnd = false } = ending;
  return { id, state: 'queued', reason, burnt, isolation, toEnd };
}

function digestOfEnding(ending: Exclude<Ending, { kind: 'again' }>): string {
  const { id, sha256, model, kind } = ending;
  const nothing = { reason: null, fault: null, classes: [], result: null, annotations: [] };
  if (ending.kind === 'failed') {
    const { reason, fault } = ending;
    return digestOf({ ...nothing, id, sha256, model, state: 'failed', reason, fault });
  }
  const { classes, result, annotations } = ending.answer;
  return digestOf({ ...nothing, id, sha256, model, state: kind, classes, result: JSON.stringify(result), annotations });
}

type Label = { class: string; number?: number; word?: string };

/** Numbers as they are, true and false as 1 and 0, strings and lists of these a row each; other objects have no label. */
function toLabels(ending: Ending): (Label & { id: string })[] {
  if (ending.kind !== 'succeeded') return [];
  const { id } = ending;
  return Object.entries(ending.answer.result).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap((item): (Label & { id: string })[] => {
      if (typeof item === 'number') return [{ id, class: name, number: item }];
      if (typeof item === 'boolean') return [{ id, class: name, number: Number(item) }];
      if (typeof item === 'string') return [{ id, class: name, word: item }];
      return [];
    }),
  );
}

function toAnnotations(ending: Ending) {
  if (ending.kind !== 'succeeded') return [];
  return ending.answer.annotations.map(({ label, score, text, box, time, span }: Annotation, position) => ({
    id: ending.id,
    position,
    label,
    score,
    text,
    box,
    timeStart: time?.start,
    timeEnd: time?.end,
    spanStart: span?.start,
    spanEnd: span?.end,
  }));
}

// As many as the function search_words reads.
const mostCharacters = 75_000;

/** Every word of a result and its annotations, to be found by. */
function toText(ending: Ending): { id: string; text: string }[] {
  if (ending.kind !== 'succeeded') return [];
  const { result, annotations } = ending.answer;
  const words: string[] = [];
  let left = mostCharacters;
  const add = (value: unknown): void => {
    if (left <= 0 || value === null) return;
    if (typeof value === 'string') {
      words.push(value.slice(0, left));
      left -= value.length + 1;
    } else if (typeof value === 'object') for (const each of Object.values(value)) add(each);
  };
  add(result);
  for (const { text } of annotations) add(text);
  return words.length > 0 ? [{ id: ending.id, text: words.join(' ') }] : [];
}
