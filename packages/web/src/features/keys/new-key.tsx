import { type KeyScope, listScopes } from '@assay/shared';
import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { nameCase } from '../../lib/case-words.ts';
import { useMe } from '../../lib/me.ts';
import { trpc } from '../../lib/trpc.ts';
import css from './keys.module.css';

const describeScope: Record<KeyScope, string> = {
  upload: 'Send files and run models on them. What assay ingest needs.',
  read: 'See objects and what models say of them.',
  judge: 'Give verdicts, tags and notes, in the name of whose key it is.',
  'models:register': 'Say where a model is. What a model that registers itself needs.',
};

const ends = [
  { value: '30', label: 'in 30 days' },
  { value: '90', label: 'in 90 days' },
  { value: '365', label: 'in a year' },
  { value: 'never', label: 'never' },
];

export function NewKey({ onMade }: { onMade: (made: { name: string; key: string }) => void }) {
  const queryClient = useQueryClient();
  const me = useMe();
  const make = useMutation(
    trpc.keys.make.mutationOptions({
      onSuccess: ({ key }, { name }) => {
        onMade({ name, key });
        return queryClient.invalidateQueries(trpc.keys.pathFilter());
      },
    }),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const days = form.get('days');
    make.mutate({
      name: String(form.get('name')).trim(),
      scopes: form.getAll('scopes') as KeyScope[],
      cases: form.getAll('cases').map(String),
      days: days === 'never' ? null : Number(days),
    });
  };
  const scopes = me ? listScopes(me.role) : [];
  return (
    <form className={`card ${css.form}`} onSubmit={submit} aria-label="New key">
      <div className={css.fields}>
        <TextInput
          name="name"
          label="Name"
          placeholder="Which program has it, and where"
          required
          withAsterisk={false}
          maxLength={100}
          autoComplete="off"
        />
        <NativeSelect name="days" label="Ends" data={ends} defaultValue="90" />
      </div>
      {scopes.length > 0 ? (
        <Checkbox.Group label="What it is for" description="Every key may see models and figures.">
          <div className={css.scopes}>
            {scopes.map((scope) => (
              <Checkbox
                key={scope}
                name="scopes"
                value={scope}
                label={<span className="mono">{scope}</span>}
                description={describeScope[scope]}
              />
            ))}
          </div>
        </Checkbox.Group>
      ) : (
        <p className="dim small">It may see models and figures, as you may.</p>
      )}
      {scopes.some((scope) => scope !== 'models:register') && <KeyCases />}
      <div className="row wrap">
        <Button type="submit" size="sm" variant="filled" loading={make.isPending}>
          Make the key
        </Button>
        <span role="alert" className="fault">
          {make.error?.message}
        </span>
      </div>
    </form>
  );
}

/** Checked ones: the only cases that the key is good for. */
function KeyCases() {
  const me = useMe();
  const cases = useQuery(trpc.cases.list.queryOptions()).data?.filter(({ archivedAt }) => archivedAt === null) ?? [];
  if (cases.length === 0) return null;
  return (
    <Checkbox.Group
      label="In which cases"
      description="With none checked it is for all cases that you are in, now and later. With one, what it uploads goes there."
    >
      <div className={css.cases}>
        {cases.map((each) => (
          <Checkbox
            key={each.id}
            name="cases"
            value={each.id}
            label={<bdi className={css.case}>{nameCase(each, me?.username)}</bdi>}
          />
        ))}
      </div>
    </Checkbox.Group>
  );
}
