import { Button, PasswordInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useMe } from '../../lib/me.ts';
import { trpc } from '../../lib/trpc.ts';
import { NewPassword, readNewPassword } from '../../ui/new-password.tsx';
import css from './account.module.css';

export function ChangePassword() {
  const queryClient = useQueryClient();
  const me = useMe();
  const [fault, setFault] = useState<string | null>(null);
  const change = useMutation(
    trpc.account.changePassword.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.account.pathFilter()),
    }),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const element = event.currentTarget;
    const form = new FormData(element);
    change.reset();
    try {
      setFault(null);
      const next = readNewPassword(form);
      change.mutate({ current: String(form.get('current')), next }, { onSuccess: () => element.reset() });
    } catch (error) {
      setFault((error as Error).message);
    }
  };
  return (
    <form className={`card ${css.form}`} onSubmit={submit} aria-label="Change the password">
      <h2>Password</h2>
      <input type="text" hidden readOnly autoComplete="username" value={me?.username ?? ''} />
      <PasswordInput
        label="Present password"
        name="current"
        autoComplete="current-password"
        required
        withAsterisk={false}
      />
      <NewPassword label="New password" />
      <div className="row wrap">
        <Button type="submit" size="sm" variant="filled" loading={change.isPending}>
          Change the password
        </Button>
        <span role="alert" className="fault">
          {fault ?? change.error?.message}
        </span>
        <span role="status" className="small">
          {change.isSuccess && 'Changed. Sessions that were open elsewhere have ended.'}
        </span>
      </div>
    </form>
  );
}
