import type { DerivationLimits } from '@assay/shared';
import { inArray, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { predictions } from '../schema/prediction.ts';
import { bytesDeleted } from './deletions.ts';
import type { Line } from './line.ts';
import { type Pair, type RequestedPrediction, requestPredictions, skipPredictions } from './request-predictions.ts';
import { addToRuns, listPriorities } from './runs.ts';

type Asked = { runId: string; predictionId: string };

/** A chosen model of a run that may look at an object that was derived in it. */
type Step = Pair & { runId: string; model: string; depth: number; rank: number; deleted: boolean };

/** In which order, and how far. */
interface Following {
  line: Line;
  limits: DerivationLimits;
}

/**
 * Goes on where these predictions have succeeded: whatever they made is given to the other models of every run that asked
 * for them, and what these made in former runs likewise. Returns what needs a job, by the model's number.
 *
 * Comes after the write that makes a prediction succeed, in its transaction: a run that asks for the same one meanwhile
 * waits for that (`holdSucceeded`), so either it is found here or goes on by itself.
 */
export async function followDerivations(
  tx: Db,
  predictionIds: string[],
  how: Following,
): Promise<Map<number, RequestedPrediction[]>> {
  const asked = await tx.execute<Asked>(sql`
    select run_id as "runId", prediction_id as "predictionId" from run_predictions
    where prediction_id in (select value::uuid from jsonb_array_elements_text(${JSON.stringify(predictionIds)}::jsonb))`);
  return followInRuns(tx, asked, how);
}

/** The same for the runs named. */
export async function followInRuns(
  tx: Db,
  asked: readonly Asked[],
  { line, limits }: Following,
): Promise<Map<number, RequestedPrediction[]>> {
  const jobs: RequestedPrediction[] = [];
  if (asked.length === 0) return new Map();
  const priorities = await listPriorities(tx, [...new Set(asked.map(({ runId }) => runId))]);
  for (let front = asked; front.length > 0; ) {
    const steps = await listSteps(tx, front, limits);
    const taken = steps.filter(
      ({ depth, rank, deleted }) => !deleted && depth <= limits.depth && rank <= limits.fanOut,
    );
    const left = withoutThose(steps, taken);
    const pairs = distinctPairs(taken).map((step) => ({ ...step, priority: priorities.get(step.runId) ?? 'normal' }));
    const requested = await requestPredictions(tx, await line.place(tx, pairs));
    const skipped = await skipPredictions(
      tx,
      distinctPairs(left).map((step) => ({ ...step, reason: explainSkip(step, limits) })),
    );
    const ids = new Map([...requested, ...skipped].map((row) => [nameOf(row), row.id]));
    const rows = steps.flatMap((step) => {
      const predictionId = ids.get(nameOf(step));
      return predictionId ? [{ runId: step.runId, predictionId }] : [];
    });
    await addToRuns(tx, rows);
    jobs.push(...requested.filter(({ isNew }) => isNew));
    const done = new Set(
      await holdSucceeded(
        tx,
        requested.flatMap(({ isNew, id }) => (isNew ? [] : [id])),
      ),
    );
    front = rows.filter(({ predictionId }) => done.has(predictionId));
  }
  return Map.groupBy(jobs, ({ modelId }) => modelId);
}

/** Those of the predictions that have succeeded. None of the others does before this transaction ends. */
export async function holdSucceeded(tx: Db, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await tx
    .select({ id: predictions.id, state: predictions.state })
    .from(predictions)
    .where(inArray(predictions.id, ids))
    .orderBy(predictions.id)
    .for('share');
  return rows.flatMap(({ id, state }) => (state === 'succeeded' ? [id] : []));
}

const nameOf = ({ objectId, modelId }: Pair) => `${objectId} ${modelId}`;

const distinctPairs = <P extends Pair>(steps: P[]): P[] => [
  ...new Map(steps.map((step) => [nameOf(step), step])).values(),
];

/** What one run leaves, another may take. */
function withoutThose<P extends Pair>(steps: P[], taken: P[]): P[] {
  const names = new Set(taken.map(nameOf));
  return steps.filter((step) => !names.has(nameOf(step)));
}

const explainSkip = ({ depth, rank, deleted }: Step, limits: DerivationLimits): string => {
  if (deleted) return bytesDeleted;
  return depth > limits.depth
    ? `This object is ${depth} steps from the one that was uploaded; models get what is at most ${limits.depth} away (ASSAY_MAX_DERIVATION_DEPTH)`
    : `This is object ${rank} that one model made of one object; other models get the first ${limits.fanOut} (ASSAY_MAX_FAN_OUT)`;
};

/**
 * Each model of each run with each object that these predictions made and that it accepts, unless it has been applied
 * before on every line of descent that leads there in that run. A line begins at an object that was uploaded in the run,
 * or that nothing in the run made.
 */
async function listSteps(tx: Db, asked: readonly Asked[], limits: DerivationLimits): Promise<Step[]> {
  const rows = await tx.execute<Step & Record<string, unknown>>(sql`
    with recursive asked as (
      select * from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as asked("runId" uuid, "predictionId" uuid)
    ), line(run_id, made_by, object_id, models, depth) as (
      select a."runId", p.id, p.object_id, array[m.name], 1
      from asked a join predictions p on p.id = a."predictionId" join models m on m.id = p.model_id
      union
      select l.run_id, l.made_by, p.object_id, m.name || l.models, l.depth + 1
      from line l
      join derivations d on d.child_id = l.object_id
      join predictions p on p.id = d.prediction_id
      join run_predictions r on r.run_id = l.run_id and r.prediction_id = p.id
      join models m on m.id = p.model_id
      where m.name <> all(l.models) and l.depth <= ${limits.depth}
    ), whole as (
      select * from line l
      where exists (select from uploads u where u.run_id = l.run_id and u.object_id = l.object_id)
         or not exists (select from derivations d join run_predictions r using (prediction_id)
                        where d.child_id = l.object_id and r.run_id = l.run_id)
    ), child as (
      select prediction_id, child_id, row_number() over (partition by prediction_id order by min(position)) as rank
      from derivations where prediction_id in (select "predictionId" from asked)
      group by prediction_id, child_id
    )
    select w.run_id as "runId", c.child_id::int8::float8 as "objectId", m.id as "modelId", m.name as model,
      min(w.depth)::int as depth, min(c.rank)::int as rank, o.released_at is not null as deleted
    from whole w
    join child c on c.prediction_id = w.made_by
    join objects o on o.id = c.child_id
    join run_models rm on rm.run_id = w.run_id
    join models m on m.id = rm.model_id
    where m.manifest -> 'accepts' ? o.media_type::text and m.name <> all(w.models)
    group by w.run_id, c.child_id, m.id, m.name, o.released_at`);
  return [...rows];
}
