import { formatCount, formatRange, formatRate } from '../../lib/format.ts';
import { Chip } from '../../ui/chip.tsx';
import { CountWords } from '../../ui/count-words.tsx';
import { WaitingIcon } from '../../ui/icons.ts';
import { Moment } from '../../ui/moment.tsx';
import { StackedBar } from '../../ui/stacked-bar.tsx';
import { numberCell, Table } from '../../ui/table.tsx';
import { countShown } from './run-summary.tsx';
import css from './runs.module.css';
import type { Run } from './use-run.ts';

type Model = Run['models'][number];

/** How far each model of the run is, how fast, and why what failed did. */
export function ByModel({ run }: { run: Run }) {
  return (
    <Table
      columns={['Model', 'Predictions', 'Why they failed', { number: 'Rate' }, { number: 'Left' }]}
      label="Models of this run"
    >
      {run.models.map((model) => (
        <tr key={`${model.model} ${model.version}`}>
          <td>
            <div>
              <b className={css.name}>{model.model}</b> <span className="dim small">{model.version}</span>
              {model.newerVersion && (
                <div>
                  <Chip tone="wait">older than {model.newerVersion}</Chip>
                </div>
              )}
              <Standing model={model} />
            </div>
          </td>
          <td data-word="Predictions" className={css.progress}>
            <div className={css.counts}>
              <StackedBar counts={countShown({ counts: model.counts, models: [model] })} />
              <CountWords counts={countShown({ counts: model.counts, models: [model] })} />
            </div>
          </td>
          <td data-word="Failed">
            <Failures model={model} />
          </td>
          <td data-word="Rate" className={numberCell} title="Of all runs together, in the last ten minutes">
            {model.perMinute === null ? <span className="dim">none lately</span> : formatRate(model.perMinute)}
          </td>
          <td data-word="Left" className={numberCell}>
            <Left model={model} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

const words = {
  offline: 'does not answer',
  starting: 'is starting',
  failed: 'says that it can’t work',
  paused: 'failed at everything, paused',
} as const;

function Standing({ model: { waitingSince, waitingFor } }: { model: Model }) {
  if (waitingSince === null) return null;
  return (
    <div className={`small ${css.wait} ${css.standing}`}>
      <WaitingIcon size={13} aria-hidden className="icon" />
      <span>
        {words[waitingFor ?? 'offline']}, since <Moment at={waitingSince} />
      </span>
    </div>
  );
}

function Failures({ model: { failures, counts } }: { model: Model }) {
  if (counts.failed === 0) return <span className="dim">none</span>;
  const told = failures.reduce((sum, { n }) => sum + n, 0);
  return (
    <ul className={css.failures}>
      {failures.map(({ reason, n }) => (
        <li key={reason} className="small">
          <span className={css.bad}>{formatCount(n)} ×</span> <span>{reason ? `“${reason}”` : 'no reason given'}</span>
        </li>
      ))}
      {told < counts.failed && <li className="dim small">and {formatCount(counts.failed - told)} for other reasons</li>}
    </ul>
  );
}

function Left({ model: { unfinished, waitingSince, secondsLeft, ahead } }: { model: Model }) {
  if (unfinished === 0) return <span className="dim">done</span>;
  if (waitingSince !== null) return <span className="dim">waits</span>;
  return (
    <span>
      {secondsLeft ? formatRange(secondsLeft) : <span className="dim">not known yet</span>}
      {ahead !== null && ahead > 0 && <div className="dim small">{formatCount(ahead)} of others first</div>}
    </span>
  );
}
