import { Chip } from '../../ui/chip.tsx';
import { showValue } from '../../ui/result-values.ts';
import css from './result.module.css';

export function ScoreBar({
  name,
  share,
  words,
  dim = false,
}: {
  name: string;
  share: number;
  words: string;
  dim?: boolean;
}) {
  return (
    <div className={css.score}>
      <span className={dim ? 'dim clip' : 'clip'} title={name}>
        {name}
      </span>
      <span className={css.bar} aria-hidden>
        <i style={{ width: `${share * 100}%` }} />
      </span>
      <span>{words}</span>
    </div>
  );
}

/** One class of a result, shown as what it is. */
export function ResultValue({ name, value }: { name: string; value: unknown }) {
  const shown = showValue(name, value);
  if (shown.kind === 'share') return <ScoreBar name={name} share={shown.share} words={shown.words} />;
  return (
    <div className={css.score}>
      <span className="clip" title={name}>
        {name}
      </span>
      {shown.kind === 'words' && <b className={css.value}>{shown.words}</b>}
      {shown.kind === 'list' &&
        (shown.items.length === 0 ? (
          <span className={`dim ${css.value}`}>none</span>
        ) : (
          <span className={css.list}>
            {[...new Set(shown.items)].map((item) => (
              <Chip key={item} title={item}>
                {item}
              </Chip>
            ))}
          </span>
        ))}
      {shown.kind === 'nested' && <pre className={css.nested}>{shown.json}</pre>}
    </div>
  );
}
