import type { PredictionView } from '@assay/shared';
import { formatScore, formatSeconds } from '../../lib/format.ts';
import { Chip } from '../../ui/chip.tsx';
import { Moment } from '../../ui/moment.tsx';
import { PredictionStory } from '../../ui/prediction-story.tsx';
import { StateChip, showState } from '../../ui/states.tsx';
import { PredictionActs } from './prediction-acts.tsx';
import { PredictionVerdict } from './prediction-verdict.tsx';
import css from './result.module.css';
import { ResultValue, ScoreBar } from './result-value.tsx';

const mostScores = 8;

function measureWork({ startedAt, finishedAt }: PredictionView): string | null {
  if (startedAt === null || finishedAt === null) return null;
  return formatSeconds((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000);
}

interface PredictionCardProps {
  /** Of the object. */
  hash: string;
  prediction: PredictionView;
  /** All of the object's. */
  others: readonly PredictionView[];
  /** The object's bytes were deleted: no model can be asked. */
  deleted: boolean;
}

export function PredictionCard({ hash, prediction, others, deleted }: PredictionCardProps) {
  const { model, newerVersion } = prediction;
  const wasAsked = others.some((other) => other.model === model && other.version === newerVersion);
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
        <span className="row" style={{ gap: 6 }}>
          {prediction.newerVersion && (
            <Chip tone="wait" title={`New work goes to ${prediction.newerVersion}`}>
              from an older version
            </Chip>
          )}
          <StateChip state={state} />
        </span>
      </div>
      {state === 'succeeded' ? (
        <Result prediction={prediction} />
      ) : (
        <p className={state === 'failed' ? css.said : `dim ${css.said}`}>
          <PredictionStory prediction={prediction} />
        </p>
      )}
      {state === 'succeeded' && <PredictionVerdict hash={hash} prediction={prediction} />}
      {!deleted && <PredictionActs prediction={wasAsked ? { ...prediction, newerVersion: null } : prediction} />}
    </section>
  );
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
