import { formatRange, formatRate } from '../../lib/format.ts';
import { CountWords } from '../../ui/count-words.tsx';
import { OfflineIcon } from '../../ui/icons.ts';
import { StackedBar, type StateCounts } from '../../ui/stacked-bar.tsx';
import css from './runs.module.css';
import { isOpen, type Line, type Run } from './use-run.ts';

/** The server counts what is queued; that of models that take no work waits for them. */
export function countShown({ counts, models }: Pick<Run, 'counts' | 'models'>): StateCounts {
  const waiting = models.reduce((sum, model) => sum + (model.waitingSince === null ? 0 : model.counts.queued), 0);
  return { ...counts, waiting, queued: counts.queued - waiting };
}

/** How far the run is, how fast it goes, and how long it will take. */
export function RunSummary({ run, line, chosen }: { run: Run; line: Line; chosen: string | undefined }) {
  const counts = countShown(run);
  return (
    <section className={`card ${css.summary}`} aria-label="Predictions by state">
      <StackedBar counts={counts} tall />
      <div className={css.under}>
        <div aria-live="polite">
          <CountWords counts={counts} runId={run.id} chosen={chosen} />
        </div>
        {isOpen(run) && (
          <div className={`dim small ${css.pace}`}>
            <span>{describePace(run, counts)}</span>
            <Liveness line={line} />
          </div>
        )}
      </div>
    </section>
  );
}

function describePace({ perMinute, secondsLeft }: Run, { waiting = 0, queued = 0, running = 0 }: StateCounts): string {
  if (queued + running === 0) return 'Nothing goes on until its model is back';
  const without = waiting > 0 ? ', without the waiting ones' : '';
  const left = secondsLeft ? `${formatRange(secondsLeft)} left${without}` : 'time left not known yet';
  return perMinute > 0 ? `${formatRate(perMinute)} · ${left}` : capital(left);
}

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

function Liveness({ line }: { line: Line }) {
  return (
    <span role="status" className={css.liveness} data-line={line}>
      {line === 'live' && (
        <>
          <i aria-hidden /> live
        </>
      )}
      {line === 'broken' && (
        <>
          <OfflineIcon size={13} aria-hidden /> not live, connecting again…
        </>
      )}
    </span>
  );
}
