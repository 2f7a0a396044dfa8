import { mayInCase } from '@assay/shared';
import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { nameCase } from '../../lib/case-words.ts';
import { useMe } from '../../lib/me.ts';
import { createStore, useStore } from '../../lib/store.ts';
import { trpc } from '../../lib/trpc.ts';

/** The id of the case that files go into; undefined: the private one. It lives as long as the files that were chosen for it. */
export const chosenCase = createStore<string | undefined>(undefined);

/** The chosen case, by the address if that names one. `fault`: why nothing can be sent into it. */
export function useChosenCase() {
  const { case: named } = useSearch({ from: '/frame/upload' });
  const kept = useStore(chosenCase);
  const navigate = useNavigate({ from: '/upload' });
  const me = useMe();
  const asked = useQuery(trpc.cases.list.queryOptions());
  useEffect(() => {
    if (named !== undefined) chosenCase.set(named);
  }, [named]);
  const chosen = named ?? kept;
  const open = asked.data?.filter(
    ({ role, archivedAt, privateOf }) =>
      mayInCase(role, 'contribute') && archivedAt === null && privateOf !== me?.username,
  );
  const isThere = chosen === undefined || open === undefined || open.some(({ id }) => id === chosen);
  return {
    chosen,
    fault: isThere ? undefined : 'You may not upload into this case, or it takes no uploads. Choose another.',
    options: [
      { value: '', label: 'Private: nobody else sees it' },
      ...(open ?? []).map((each) => ({ value: each.id, label: nameCase(each, me?.username) })),
      ...(isThere ? [] : [{ value: chosen ?? '', label: 'Another case' }]),
    ],
    choose: (id: string) => {
      chosenCase.set(id || undefined);
      void navigate({ search: id ? { case: id } : {}, replace: true });
    },
  };
}

interface CaseChooserProps {
  choice: ReturnType<typeof useChosenCase>;
  disabled: boolean;
}

export function CaseChooser({ choice: { chosen, fault, options, choose }, disabled }: CaseChooserProps) {
  return (
    <NativeSelect
      label="Into the case"
      data={options}
      value={chosen ?? ''}
      error={fault}
      disabled={disabled}
      onChange={(event) => choose(event.currentTarget.value)}
    />
  );
}
