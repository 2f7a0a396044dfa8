import { Autocomplete } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { formatExactMoment } from '../../lib/moment.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { trpc } from '../../lib/trpc.ts';
import { Tag } from '../../ui/tag.tsx';
import css from './judging.module.css';
import { type JudgedCase, useSay } from './use-judging.ts';

interface TagsProps {
  hash: string;
  within: JudgedCase;
}

/** The object’s tags in the case; a new one is taken from those that the case has, or made. */
export function Tags({ hash, within }: TagsProps) {
  const { id, tags, mayJudge } = within;
  const known = useQuery(trpc.judging.words.queryOptions({ case: id }, { staleTime: 5_000 })).data?.tags ?? [];
  const say = useSay(hash, id);
  const field = useRef<HTMLInputElement>(null);
  const [name, setName] = useState('');
  useShortcuts(mayJudge ? [{ keys: 't', does: 'Tag the object', run: () => field.current?.focus() }] : []);
  const add = (chosen: string) => {
    if (chosen.trim() === '') return;
    say.tag(chosen.trim());
    setName('');
    // So that keys are keys again.
    field.current?.blur();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add(name);
  };
  if (!mayJudge && tags.length === 0) return null;
  return (
    <div className={css.tags}>
      <ul aria-label="Tags">
        {tags.map(({ tag, name: each, by, at }) => (
          <li key={tag}>
            <Tag
              name={each}
              colour={known.find((one) => one.id === tag)?.colour ?? 'grey'}
              title={`By ${by}, ${formatExactMoment(new Date(at))}`}
              onRemove={mayJudge ? () => say.untag(tag) : undefined}
            />
          </li>
        ))}
      </ul>
      {mayJudge && (
        <form onSubmit={submit}>
          <Autocomplete
            ref={field}
            size="xs"
            aria-label="Tag"
            placeholder="Tag"
            maxLength={60}
            limit={8}
            value={name}
            onChange={setName}
            onOptionSubmit={add}
            onKeyDown={(event) => {
              if (event.key === 'Escape') event.currentTarget.blur();
            }}
            data={known.map((each) => each.name).filter((each) => !tags.some((on) => on.name === each))}
            rightSection={<kbd>t</kbd>}
            rightSectionPointerEvents="none"
            comboboxProps={{ shadow: 'none', position: 'bottom-start' }}
          />
        </form>
      )}
      <p role="alert" className={`fault ${css.line}`}>
        {say.fault}
      </p>
    </div>
  );
}
