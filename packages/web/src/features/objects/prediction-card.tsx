import type { PredictionView } from '@assay/shared';
import { formatCountOf, formatScore, formatSeconds } from '../../lib/format.ts';
import { Moment } from '../../ui/moment.tsx';
import { StateChip, showState } from '../../ui/states.tsx';
import css from './result.module.css';
import { ResultValue, ScoreBar } from './result-value.tsx';
import { RetryButton } from './retry-button.tsx';

const mostScores = 8;

function measureWork({ startedAt, finishedAt }: PredictionView): string | null {
  if (startedAt === null || finishedAt === null) return null;
  return formatSeconds((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000);
}

export function PredictionCard({ prediction }: { prediction: PredictionView }) {
  const state = showState(prediction);
  const took = state === 'succeeded' || state === 'failed' ? measureWork(prediction) : null;
  return (
    <section className="section" aria-label={`${prediction.model}, ${state}`}>
      <div className="row" style={{ alignItems: 'baseline' }}>
        <div className="row wrap push" style={{ gap: '0 10px', alignItems: 'baseline' }}>
          <h3>{prediction.model}</h3>
          <span className="dim small">
            {prediction.version}
            {took && ` · ${took}`}
            {prediction.finishedAt && (
              <>
                {' · '}
                <Moment at={prediction.finishedAt} />
              </>
            )}
          </span>
        </div>
        <StateChip state={state} />
      </div>
      <Body prediction={prediction} />
    </section>
  );
}

function Body({ prediction }: { prediction: PredictionView }) {
  const { id, model, reason, attempts, queuedAt, startedAt, waitingSince } = prediction;
  switch (showState(prediction)) {
    case 'succeeded':
      return <Result prediction={prediction} />;
    case 'failed':
      return (
        <>
          <p className={css.said}>
            {reason ? `“${reason}”` : 'No reason was given.'} {formatCountOf(attempts, 'attempt')}.
          </p>
          <RetryButton id={id} model={model} />
        </>
      );
    case 'waiting':
      return (
        <p className={`dim ${css.said}`}>
          Its model takes no work, and this waits since {waitingSince && <Moment at={waitingSince} />}. Nothing is lost.
          {reason && ` ${reason}`}
        </p>
      );
    case 'running':
      return (
        <p className={`dim ${css.said}`}>
          Begun {startedAt ? <Moment at={startedAt} /> : 'just now'}
          {attempts > 1 && `, attempt ${attempts}`}.
        </p>
      );
    case 'queued':
      return (
        <p className={`dim ${css.said}`}>
          Queued <Moment at={queuedAt} />.{attempts > 0 && ` ${formatCountOf(attempts, 'attempt')} so far.`}
          {reason && ` ${reason}`}
        </p>
      );
    case 'cancelled':
      return (
        <>
          <p className={`dim ${css.said}`}>{reason ?? 'No reason was given.'}</p>
          <RetryButton id={id} model={model} />
        </>
      );
    case 'skipped':
      return <p className={`dim ${css.said}`}>{reason ?? 'No reason was given.'}</p>;
  }
}

function Result({ prediction: { result, annotations } }: { prediction: PredictionView }) {
  const classes = Object.entries(result ?? {});
  const scored = annotations.filter(({ score }) => score !== undefined);
  return (
    <div style={{ marginTop: 6 }}>
      {classes.length === 0 && <p className={`dim ${css.said}`}>Nothing found.</p>}
      {classes.map(([name, value]) => (
        <ResultValue key={name} name={name} value={value} />
      ))}
      {scored.slice(0, mostScores).map(({ label, score = 0 }, index) => (
        <ScoreBar key={index} name={`${label} ${index + 1}`} share={score} words={formatScore(score)} dim />
      ))}
      {scored.length > mostScores && <p className={`dim ${css.said}`}>and {scored.length - mostScores} more</p>}
    </div>
  );
}
