import { Link } from '@tanstack/react-router';
import { formatCount } from '../lib/format.ts';
import css from './count-words.module.css';
import type { StateCounts } from './stacked-bar.tsx';
import { shownStates, stateLooks } from './states.tsx';

interface CountWordsProps {
  counts: StateCounts;
  /** The run whose page the words lead to; without it they are only words. */
  runId?: string;
  chosen?: string | undefined;
}

/** Counts by state in words, each a link to those. */
export function CountWords({ counts, runId, chosen }: CountWordsProps) {
  const present = shownStates.filter((state) => (counts[state] ?? 0) > 0);
  if (present.length === 0) return <span className="dim small">no predictions</span>;
  return (
    <div className={css.words}>
      {present.map((state) => {
        const { word, icon: StateIcon, tone } = stateLooks[state];
        const words = (
          <span className={`${css.word} ${css[tone]}`}>
            <StateIcon size={13} stroke={1.8} className={state === 'running' ? 'icon spin' : 'icon'} aria-hidden />
            <span>
              <b>{formatCount(counts[state] ?? 0)}</b> {word}
            </span>
          </span>
        );
        if (runId === undefined) return <span key={state}>{words}</span>;
        return (
          <Link
            key={state}
            to="/runs/$runId"
            params={{ runId }}
            search={chosen === state ? {} : { state }}
            aria-current={chosen === state ? 'true' : undefined}
            title={chosen === state ? 'Show all files again' : `Show the files with a prediction that is ${word}`}
            replace
          >
            {words}
          </Link>
        );
      })}
    </div>
  );
}
