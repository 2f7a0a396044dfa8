import type { PredictionView } from '@assay/shared';
import type { ReactNode } from 'react';
import { formatCount, formatCountOf, formatRange } from '../lib/format.ts';
import { Moment } from './moment.tsx';
import { showState } from './states.tsx';

const quoted = (words: string | null) => (words ? `“${words}”` : 'no reason given');

const blame = {
  object: 'The model refuses this file',
  model: 'The model’s fault',
  store: 'The store’s fault',
  unknown: 'Its worker ended each time',
} as const;

const absences = {
  offline: 'does not answer',
  starting: 'is starting',
  failed: 'says that it can’t work',
  paused: 'failed at everything and is paused',
} as const;

/** What becomes of a prediction that has no result, in a sentence or two: what happens, since when, and why. */
export function PredictionStory({ prediction }: { prediction: PredictionView }): ReactNode {
  const { reason, fault, attempts, startedAt, finishedAt, worker, cancelledBy } = prediction;
  switch (showState(prediction)) {
    case 'failed':
      return (
        <>
          {fault ? `${blame[fault]}: ` : ''}
          {quoted(reason)}, after {formatCountOf(attempts, 'attempt')}.
        </>
      );
    case 'waiting':
      return (
        <>
          Its model {absences[prediction.waitingFor ?? 'offline']}
          {prediction.waitingSince && (
            <>
              , since <Moment at={prediction.waitingSince} />
            </>
          )}
          . This waits for it, {place(prediction.ahead)}; nothing is lost.
        </>
      );
    case 'running':
      return (
        <>
          {startedAt ? (
            <>
              Begun <Moment at={startedAt} />
            </>
          ) : (
            'To be tried with nothing beside it, in its turn,'
          )}
          {worker && ` by ${worker}`}
          {attempts > 1 && `, attempt ${attempts}`}.
        </>
      );
    case 'queued':
      return (
        <>
          {capital(place(prediction.ahead))};{' '}
          {prediction.secondsLeft ? `done in ${formatRange(prediction.secondsLeft)}` : 'its model is not measured yet'}.
          {attempts > 0 && ` ${formatCountOf(attempts, 'attempt')} failed: ${quoted(reason)}.`}
          {attempts === 0 && reason && ` ${quoted(reason)}.`}
        </>
      );
    case 'cancelled':
      return (
        <>
          Cancelled by {cancelledBy ?? 'somebody'}
          {finishedAt && (
            <>
              , <Moment at={finishedAt} />
            </>
          )}
          .
        </>
      );
    case 'skipped':
      return reason ?? 'No reason was given.';
    case 'succeeded':
      return null;
  }
}

// More than that are not counted.
const mostCounted = 10_000;

function place(ahead: number | null): string {
  if (ahead === null || ahead === 0) return 'first in line';
  return ahead >= mostCounted
    ? `behind ${formatCount(mostCounted)} or more`
    : `behind ${formatCountOf(ahead, 'other')}`;
}

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
