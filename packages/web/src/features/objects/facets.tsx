import { disputed, type SearchQuery, type SearchTerm } from '@assay/shared';
import { Skeleton } from '@mantine/core';
import { useState } from 'react';
import { formatCount } from '../../lib/format.ts';
import type { Answers } from '../../lib/trpc.ts';
import { stateLooks } from '../../ui/states.tsx';
import css from './objects.module.css';
import { chosenOf, hasPart, type ListField, toggle, toggleValue } from './use-search.ts';

type Counts = Answers['objects']['facets'];

interface Value {
  word: string;
  count: number | null;
  chosen: boolean;
  next: string;
}

interface FacetsProps {
  query: SearchQuery;
  counts: Counts | undefined;
  choose: (query: string) => void;
}

export function Facets({ query, counts, choose }: FacetsProps) {
  if (!counts) return <Skeleton height={320} radius="md" />;
  const groups = listGroups(query, counts).filter(({ values }) => values.length > 0);
  return (
    <div className={css.facets}>
      {counts.more && <p className="dim small">Counted among {formatCount(counts.count)} of what was found.</p>}
      {groups.map((group) => (
        <Group key={group.title} {...group} choose={choose} />
      ))}
      {groups.length === 0 && <p className="dim small">Nothing to narrow down by.</p>}
    </div>
  );
}

const shownAtFirst = 6;

function Group({ title, values, choose }: { title: string; values: Value[]; choose: (query: string) => void }) {
  const [all, setAll] = useState(false);
  const shown = all ? values : values.slice(0, shownAtFirst);
  return (
    <section aria-label={title}>
      <h3 className={css.facetTitle} title={title}>
        {title}
      </h3>
      <ul>
        {shown.map(({ word, count, chosen, next }) => (
          <li key={word}>
            <button type="button" className={css.value} aria-pressed={chosen} onClick={() => choose(next)}>
              <span className={css.box} aria-hidden />
              <span className="clip" dir="auto">
                {word}
              </span>
              {count !== null && <span className={css.count}>{formatCount(count)}</span>}
            </button>
          </li>
        ))}
      </ul>
      {values.length > shownAtFirst && (
        <button type="button" className={css.more} onClick={() => setAll(!all)}>
          {all ? 'Fewer' : `${formatCount(values.length - shownAtFirst)} more`}
          <span className="visually-hidden"> of {title}</span>
        </button>
      )}
    </section>
  );
}

function listGroups(query: SearchQuery, counts: Counts): { title: string; values: Value[] }[] {
  const list = (field: ListField, found: readonly { value: string; count: number }[]): Value[] => {
    const chosen = chosenOf(query, field);
    const gone = chosen.filter((value) => !found.some((each) => each.value === value));
    return [...found, ...gone.map((value) => ({ value, count: null }))].map(({ value, count }) => ({
      word: value === 'none' ? 'unreviewed' : value,
      count,
      chosen: chosen.includes(value),
      next: toggleValue(query, field, value),
    }));
  };
  const one = (word: string, count: number, term: SearchTerm): Value => ({
    ...{ word, count, chosen: hasPart(query, term) },
    next: toggle(query, term),
  });
  const verdicts = [
    ...counts.verdicts,
    ...(counts.disputed > 0 ? [{ value: disputed, count: counts.disputed }] : []),
    ...(counts.unreviewed > 0 ? [{ value: 'none', count: counts.unreviewed }] : []),
  ];
  const models = [...new Set([...counts.states, ...counts.numbers, ...counts.words].map(({ model }) => model))].sort();
  return [
    { title: 'Type', values: list('type', counts.types) },
    { title: 'Case', values: list('case', counts.cases) },
    { title: 'Verdict', values: list('verdict', verdicts) },
    { title: 'Tag', values: list('tag', counts.tags) },
    ...models.map((model) => ({ title: model, values: listOfModel(model, counts, one) })),
    { title: 'Format', values: list('mime', counts.mimes) },
    { title: 'Uploaded by', values: list('uploader', counts.uploaders) },
    {
      title: 'Name and type differ',
      values: counts.mismatches > 0 ? [one('yes', counts.mismatches, { kind: 'mismatch' })] : [],
    },
  ];
}

/** What a model says first, then what it did not do. */
function listOfModel(
  model: string,
  counts: Counts,
  one: (word: string, count: number, term: SearchTerm) => Value,
): Value[] {
  const own = <T extends { model: string }>(list: readonly T[]) => list.filter((each) => each.model === model);
  const term = { kind: 'class', model } as const;
  return [
    ...own(counts.numbers).map(({ class: name, least, count }) =>
      one(`${name} ≥ ${least}`, count, { ...term, class: name, operator: '>=', values: [least] }),
    ),
    ...own(counts.words).map(({ class: name, value, count }) =>
      one(`${name}: ${value}`, count, { ...term, class: name, operator: '=', values: [value] }),
    ),
    ...own(counts.states)
      .filter(({ state }) => state !== 'succeeded')
      .map(({ state, count }) =>
        one(stateLooks[state].word, count, { kind: 'state', operator: '=', values: [{ model, state }] }),
      ),
  ];
}
