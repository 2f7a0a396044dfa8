import { type Role, roles } from '@assay/shared';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { formatExactMoment } from '../../lib/moment.ts';
import { describeRole } from '../../lib/roles.ts';
import { trpc } from '../../lib/trpc.ts';
import css from './people.module.css';
import type { ShownLink } from './people-page.tsx';

export function Invite({ onMade }: { onMade: (link: ShownLink) => void }) {
  const queryClient = useQueryClient();
  const [role, setRole] = useState<Role>('investigator');
  const invite = useMutation(
    trpc.people.invite.mutationOptions({
      onSuccess: ({ token, endsAt }, { note }) => {
        onMade({
          title: `The invitation${note ? ` for ${note}` : ''}`,
          url: `${window.location.origin}/invitation?token=${token}`,
          explanation: `Send this link to the person, on a way that only they can read. It makes one account, works until ${formatExactMoment(new Date(endsAt))}, and can’t be shown again.`,
        });
        return queryClient.invalidateQueries(trpc.people.pathFilter());
      },
    }),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    invite.mutate({ role, note: String(new FormData(event.currentTarget).get('note')).trim() });
  };
  return (
    <form className={`card ${css.invite}`} onSubmit={submit} aria-label="Invite somebody">
      <TextInput name="note" label="Invite" placeholder="For whom, in your words" maxLength={200} autoComplete="off" />
      <NativeSelect
        label="As"
        data={roles.map((value) => ({ value, label: describeRole[value].word }))}
        value={role}
        onChange={(event) => setRole(event.currentTarget.value as Role)}
      />
      <Button type="submit" size="sm" variant="filled" loading={invite.isPending}>
        Make the link
      </Button>
      <p className="dim small">
        {describeRole[role].word}s {describeRole[role].may('their')}.
      </p>
      <p role="alert" className="fault">
        {invite.error?.message}
      </p>
    </form>
  );
}
