import css from './stacked-bar.module.css';
import { type ShownState, shownStates, stateLooks } from './states.tsx';

export type StateCounts = Partial<Record<ShownState, number>>;

const total = (counts: StateCounts) => shownStates.reduce((sum, state) => sum + (counts[state] ?? 0), 0);

/** Counts by state as one bar. The words belong beside it: the bar alone says nothing to a screen reader. */
export function StackedBar({ counts, tall = false }: { counts: StateCounts; tall?: boolean }) {
  const all = total(counts);
  return (
    <div className={tall ? `${css.bar} ${css.tall}` : css.bar} aria-hidden>
      {shownStates.map((state) => {
        const n = counts[state] ?? 0;
        return (
          n > 0 && (
            <i
              key={state}
              className={css.part}
              style={{ width: `${(n / all) * 100}%`, background: stateLooks[state].bar }}
            />
          )
        );
      })}
    </div>
  );
}
