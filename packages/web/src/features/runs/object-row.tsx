import { type PredictionView, showFileName } from '@assay/shared';
import { Skeleton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { formatBytes, formatPlace } from '../../lib/format.ts';
import { MismatchChip } from '../../ui/mismatch-chip.tsx';
import { PredictionStory } from '../../ui/prediction-story.tsx';
import { glanceAt } from '../../ui/result-values.ts';
import { showState, stateLooks } from '../../ui/states.tsx';
import { Thumbnail } from '../../ui/thumbnail.tsx';
import type { RunRow } from './list-rows.ts';
import type { FoundResults } from './run-results.ts';
import css from './runs.module.css';

function PredictionLine({ prediction }: { prediction: PredictionView }) {
  const state = showState(prediction);
  const { icon: StateIcon, tone, word } = stateLooks[state];
  const { model, version, newerVersion, reason } = prediction;
  return (
    <li className={css.prediction} title={`${model} ${version}, ${word}${reason ? `: ${reason}` : ''}`}>
      <span style={{ display: 'flex', color: tone === 'plain' ? undefined : `var(--${tone})` }}>
        <StateIcon
          size={13}
          stroke={1.8}
          className={state === 'running' ? 'icon spin' : 'icon'}
          role="img"
          aria-label={word}
        />
      </span>
      <span className={css.model}>{model}</span>
      {newerVersion && <span className={css.model}>{version}, older</span>}
      {state === 'succeeded' ? (
        <span className="clip">{glanceAt(prediction.result ?? {})}</span>
      ) : (
        <span className={css.story}>
          <PredictionStory prediction={prediction} />
        </span>
      )}
    </li>
  );
}

interface ObjectRowProps {
  object: RunRow;
  runId: string;
  results: FoundResults | undefined;
  selected: boolean;
}

export const ObjectRow = memo(function ObjectRow({ object, runId, results, selected }: ObjectRowProps) {
  return (
    <>
      <Thumbnail hash={object.sha256} mime={object.mime} mediaType={object.mediaType} />
      <div style={{ minWidth: 0, paddingInlineStart: object.depth * 14 }}>
        <Link
          to="/objects/$hash"
          params={{ hash: object.sha256 }}
          search={{ run: runId }}
          className="clip"
          dir="auto"
          title={showFileName(object.fileName)}
          tabIndex={selected ? 0 : undefined}
        >
          {showFileName(object.fileName)}
        </Link>
        <div className={css.type}>
          <span className="dim small">
            {object.mediaType}, {formatBytes(object.size)}
            {object.madeBy && `, by ${object.madeBy}`}
            {object.start !== null && ` at ${formatPlace(object.start, true)}`}
          </span>
          {object.mismatch && <MismatchChip mismatch={object.mismatch} />}
        </div>
      </div>
      {results === undefined ? (
        <Skeleton height={42} />
      ) : results.predictions.length === 0 ? (
        <span className="dim small">No model that was chosen takes this type.</span>
      ) : (
        <ul className={css.predictions}>
          {results.predictions.map((prediction) => (
            <PredictionLine key={prediction.id} prediction={prediction} />
          ))}
        </ul>
      )}
    </>
  );
});
