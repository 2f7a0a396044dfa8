import { Button, Popover, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { queryClient, trpc } from '../../lib/trpc.ts';
import { OpenIcon, RemoveIcon, SaveIcon } from '../../ui/icons.ts';
import css from './objects.module.css';

interface SavedSearchesProps {
  q: string;
  sort: string;
  open: (q: string, sort: string) => void;
}

/** The person's own searches: run one, remove one, give the present one a name. */
export function SavedSearches({ q, sort, open }: SavedSearchesProps) {
  const saved = useQuery(trpc.searches.list.queryOptions());
  const refresh = () => queryClient.invalidateQueries(trpc.searches.list.queryFilter());
  const save = useMutation(trpc.searches.save.mutationOptions({ onSuccess: refresh }));
  const remove = useMutation(trpc.searches.remove.mutationOptions({ onSuccess: refresh }));
  const [name, setName] = useState('');
  const [shown, setShown] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === '') return;
    save.mutate({ name, query: q, sort }, { onSuccess: () => setName('') });
  };
  const error = save.error ?? remove.error ?? saved.error;
  const list = saved.data ?? [];
  return (
    <Popover opened={shown} onChange={setShown} position="bottom-end" width={300} trapFocus>
      <Popover.Target>
        <Button
          onClick={() => setShown(!shown)}
          leftSection={<SaveIcon size={14} aria-hidden />}
          rightSection={<OpenIcon size={13} aria-hidden />}
        >
          Saved
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={4} aria-label="Saved searches">
        {list.length === 0 && <p className={`dim small ${css.hint}`}>No search is saved yet.</p>}
        {list.map(({ id, name: each, query, sort: order }) => (
          <div key={id} className={css.saved}>
            <button
              type="button"
              className={css.open}
              onClick={() => {
                setShown(false);
                open(query, order);
              }}
            >
              <span className="clip">{each}</span>
              <span className="dim small clip mono">{query || 'everything'}</span>
            </button>
            <button
              type="button"
              className={css.remove}
              aria-label={`Remove the saved search ${each}`}
              onClick={() => remove.mutate({ id })}
            >
              <RemoveIcon size={14} aria-hidden />
            </button>
          </div>
        ))}
        <form onSubmit={submit} className={css.save}>
          <TextInput
            size="xs"
            aria-label="Name of this search"
            placeholder="Name of this search"
            maxLength={100}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
          <Button size="xs" type="submit" loading={save.isPending}>
            Save search
          </Button>
        </form>
        {error && (
          <p role="alert" className={`small ${css.hint}`}>
            {error.message}
          </p>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
