import type { Change } from '../history.ts';
import type { ModelName } from '../models.ts';
import type { Evidence, Violation } from './violation.ts';

/** Clocks of several processes, and what waits for a turn on a busy machine. */
const slack = 1_000;

/** An attempt is burnt only by what the model did over this object, or what befell both while it was alone there. */
export function checkAttempts(evidence: Evidence): Violation[] {
  return evidence.history
    .filter(isBurnt)
    .filter((change) => !findCause(evidence, change))
    .map(({ prediction, model, attempts, ranAlone, reason, at, startedAt }) => ({
      name: 'attempt-burnt-for-nothing',
      detail: `${model} ${prediction}, attempt ${attempts}${ranAlone ? ', alone' : ''}, ${startedAt} to ${at}: ${reason}`,
    }));
}

export const isBurnt = ({ before, after, attempts, attemptsBefore }: Change) =>
  before === 'running' && (after === 'queued' || after === 'failed') && attempts === attemptsBefore;

function findCause({ journals, events }: Evidence, change: Change): boolean {
  const { prediction, ranAlone, reason, startedAt, at } = change;
  const model = change.model as ModelName;
  const isWithin = (moment: number) => moment > (startedAt ?? at) - slack && moment < at + slack;
  const own = (journals.get(model) ?? []).filter((line) => line.prediction === prediction && isWithin(line.at));
  if (own.some(({ what }) => what === 'misbehaved' || what === 'refused')) return true;
  // Its limit is short, and the machine may be busy.
  if (model === 'hangs' && /gave no answer within/.test(reason ?? '')) return true;
  const deaths = events
    .filter((event) => event.what === 'kill' || event.what === 'stop')
    .filter((event) => isWithin(event.at));
  if (/^Its worker ended/.test(reason ?? '')) return ranAlone;
  // Whoever is killed with this in hand takes the cause along.
  return deaths.some((event) => event.part === model && (event.what === 'kill' || model === 'hangs'));
}

/** A model never has more in hand than its manifest says, whoever sends it. */
export function checkCrowds({ journals }: Evidence): Violation[] {
  return [...journals].flatMap(([model, lines]) =>
    lines
      .filter(({ what }) => what === 'crowded')
      .map(({ detail, at }) => ({ name: 'more-calls-than-seats', detail: `${model} at ${at}: ${detail}` })),
  );
}
