import { addSample, measureRate, type Sample } from '@assay/shared';
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { formatBytes, formatCount, formatCountOf, formatSeconds } from '../../lib/format.ts';
import { Chip } from '../../ui/chip.tsx';
import { CheckIcon } from '../../ui/icons.ts';
import type { Queue, QueueTotals } from './queue.ts';
import { cancelSending, pauseSending, resumeSending } from './send-files.ts';
import css from './upload.module.css';

/** Bytes per second over the last seconds; null until there is something to say. */
function useRate(doneBytes: number, moving: boolean): number | null {
  const samples = useRef<readonly Sample[]>([]);
  const [rate, setRate] = useState<number | null>(null);
  useEffect(() => {
    samples.current = moving ? addSample(samples.current, { at: performance.now(), bytes: doneBytes }) : [];
    setRate(measureRate(samples.current));
  }, [doneBytes, moving]);
  return rate;
}

export function SendBar({ queue, totals }: { queue: Queue; totals: QueueTotals }) {
  const { phase, pausedBecause, run } = queue;
  const { submittedBytes, doneBytes, byStage, known } = totals;
  const rate = useRate(doneBytes, phase === 'sending');
  if (phase === 'choosing') return null;
  if (phase === 'done') {
    return (
      <section className={`card row wrap ${css.send}`} aria-label="Sending" aria-live="polite">
        <Chip tone={byStage.failed > 0 ? 'plain' : 'ok'} icon={CheckIcon}>
          {formatCountOf(byStage.sent, 'file')} sent
        </Chip>
        {known > 0 && (
          <span className="dim small">{formatCount(known)} known before: their results are used again</span>
        )}
        <span className="push" />
        {run !== null && byStage.sent > 0 && (
          <Button
            variant="filled"
            renderRoot={(props) => <Link to="/runs/$runId" params={{ runId: run }} {...props} />}
          >
            Open the run
          </Button>
        )}
      </section>
    );
  }
  const share = doneBytes / Math.max(1, submittedBytes);
  const left = rate !== null && rate > 0 ? (submittedBytes - doneBytes) / rate : null;
  const speed =
    rate === null
      ? ''
      : `${formatBytes(Math.round(rate))}/s${left === null ? '' : `, about ${formatSeconds(Math.max(1, left))} left`}`;
  return (
    <section className={`card row wrap ${css.send}`} aria-label="Sending">
      <div style={{ flex: '1 1 150px', minWidth: 0 }}>
        <div className="row small wrap" style={{ gap: '0 10px', marginBottom: 6 }}>
          <b>
            {formatBytes(doneBytes)} of {formatBytes(submittedBytes)}
          </b>
          <span className="dim" role={pausedBecause === null ? undefined : 'alert'}>
            {phase === 'paused' ? (pausedBecause ?? describePause(byStage.sending)) : speed}
          </span>
        </div>
        <div
          className={css.bar}
          role="progressbar"
          aria-label="All files sent"
          aria-valuenow={Math.floor(share * 100)}
          aria-valuemin={0}
          aria-valuemax={100}
        >
          <i className={css.fill} style={{ width: `${share * 100}%` }} />
        </div>
      </div>
      {phase === 'sending' ? (
        <Button onClick={pauseSending}>Pause</Button>
      ) : (
        <Button onClick={resumeSending}>Go on</Button>
      )}
      <Button variant="subtle" color="gray" onClick={cancelSending}>
        Cancel
      </Button>
    </section>
  );
}

const describePause = (sending: number) =>
  sending === 0 ? 'Paused.' : `Paused. ${formatCountOf(sending, 'file')} on the way will still arrive.`;
