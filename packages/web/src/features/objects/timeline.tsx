import type { CSSProperties } from 'react';
import { describeTime, formatPlace } from '../../lib/format.ts';
import { assignColours } from '../../ui/mark-colours.ts';
import type { Lane } from './marks-of.ts';
import css from './player.module.css';

interface TimelineProps {
  lanes: readonly Lane[];
  time: number;
  /** Seconds; 0 until the browser knows. */
  duration: number;
  seek: (seconds: number) => void;
  waveform?: readonly number[] | undefined;
  /** Why there is no waveform. */
  noWaveform?: { reason: string; retry: () => void } | undefined;
}

const tickShares = [0, 1 / 3, 2 / 3, 1];

/** One lane for each model that says when; a click on a mark goes there. */
export function Timeline({ lanes, time, duration, seek, waveform, noWaveform }: TimelineProps) {
  const colours = assignColours(lanes.map(({ model }) => model));
  const length = Math.max(duration, 0.001);
  const place = (seconds: number) => `${Math.min(100, (seconds / length) * 100)}%`;
  return (
    <section className={`card ${css.timeline}`} aria-label="Timeline">
      <div className={css.lanes}>
        {waveform && <Waveform peaks={waveform} />}
        {noWaveform && (
          <div className={css.lane}>
            <span>waveform</span>
            <span className="dim row">
              {noWaveform.reason}
              <button type="button" className="link" onClick={noWaveform.retry}>
                Try again
              </button>
            </span>
          </div>
        )}
        {lanes.map(({ model, marks }) => (
          <div key={model} className={css.lane} style={{ '--mark': colours.get(model) } as CSSProperties}>
            <span className="clip" title={model}>
              {model}
            </span>
            <div className={css.track}>
              {duration > 0 &&
                marks.map(({ key, label, time: { start, end } }) => {
                  const words = `${label}, ${describeTime({ start, end })}`;
                  return (
                    <button
                      type="button"
                      key={key}
                      className={css.mark}
                      style={{ left: place(start), width: place(end - start) }}
                      onClick={() => seek(start)}
                      title={words}
                      aria-label={`${model}: ${words}. Go there`}
                    />
                  );
                })}
            </div>
          </div>
        ))}
        {(lanes.length > 0 || waveform) && (
          <i className={css.playhead} style={{ '--at': Math.min(1, time / length) } as CSSProperties} />
        )}
      </div>
      <div className={css.axis}>
        <span style={{ alignSelf: 'center' }}>{lanes.length === 0 ? 'No marks in time' : ''}</span>
        <div>
          <input
            type="range"
            className={css.scrub}
            style={{ '--at': Math.min(1, time / length) } as CSSProperties}
            min={0}
            max={length}
            step={0.05}
            value={Math.min(time, length)}
            disabled={duration === 0}
            onChange={(event) => seek(event.currentTarget.valueAsNumber)}
            aria-label="Place in the recording"
            aria-valuetext={`${formatPlace(time, true)} of ${formatPlace(duration, true)}`}
          />
          <div className={css.ticks} aria-hidden>
            {tickShares.map((share) => (
              <span key={share}>{formatPlace(duration * share)}</span>
            ))}
          </div>
        </div>
      </div>
    </section>
  );
}

function Waveform({ peaks }: { peaks: readonly number[] }) {
  const lines = peaks.map((peak, index) => `M${index + 0.5} ${20 - 19 * peak}V${20 + 19 * peak}`).join('');
  return (
    <div className={`${css.lane} ${css.tall}`}>
      <span>waveform</span>
      <svg viewBox={`0 0 ${peaks.length} 40`} preserveAspectRatio="none" className={css.waveform} aria-hidden="true">
        <path d={lines} />
      </svg>
    </div>
  );
}
