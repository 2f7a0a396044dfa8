import { useQuery } from '@tanstack/react-query';
import { formatCountOf } from '../../lib/format.ts';
import { trpc } from '../../lib/trpc.ts';
import { Moment } from '../../ui/moment.tsx';
import css from './judging.module.css';
import type { JudgedCase } from './use-judging.ts';

/** All that was said, what counts no more too. */
export function SaidBefore({ hash, within: { history } }: { hash: string; within: JudgedCase }) {
  const results = useQuery(trpc.predictions.byHash.queryOptions([hash])).data?.[0];
  const models = new Map((results?.found ? results.predictions : []).map(({ id, model }) => [id, model]));
  if (history.length === 0) return null;
  return (
    <details className={`small ${css.before}`}>
      <summary>{formatCountOf(history.length, 'act')}</summary>
      <ol>
        {history.map(({ id, prediction, tag, value, by, at }) => (
          <li key={id}>
            {describe({ tag, value, model: prediction && (models.get(prediction) ?? 'a model') })}{' '}
            <span className="dim">
              by {by}, <Moment at={at} />
            </span>
          </li>
        ))}
      </ol>
    </details>
  );
}

function describe({ tag, value, model }: { tag: string | null; value: string | null; model: string | null }): string {
  if (tag !== null) return value === null ? `took off the tag ${tag}` : `tagged ${tag}`;
  const of = model === null ? '' : `${model}: `;
  return value === null ? `${of}took the verdict back` : `${of}${value}`;
}
