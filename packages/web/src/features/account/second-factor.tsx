import { Button, PasswordInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Me } from '../../lib/me.ts';
import { type Answers, trpc } from '../../lib/trpc.ts';
import css from './account.module.css';
import { BackupCodes } from './backup-codes.tsx';
import { Enrol } from './enrol.tsx';

type Begun = Answers['account']['beginSecondFactor'];

/** An authenticator app, besides the password. */
export function SecondFactor({ me }: { me: Me }) {
  const queryClient = useQueryClient();
  const [begun, setBegun] = useState<Begun | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const begin = useMutation(trpc.account.beginSecondFactor.mutationOptions({ onSuccess: setBegun }));
  const renew = useMutation(
    trpc.account.makeBackupCodes.mutationOptions({ onSuccess: ({ backupCodes }) => setCodes(backupCodes) }),
  );
  const end = useMutation(
    trpc.account.endSecondFactor.mutationOptions({ onSuccess: () => queryClient.invalidateQueries() }),
  );
  const acts = me.hasSecondFactor ? { renew, end } : { begin };
  const fault = Object.values(acts).find(({ isError }) => isError)?.error;

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { submitter } = event.nativeEvent as SubmitEvent;
    const form = event.currentTarget;
    const password = String(new FormData(form).get('password'));
    for (const act of [begin, renew, end]) act.reset();
    const chosen = { begin, renew, end }[(submitter as HTMLButtonElement).value as 'begin' | 'renew' | 'end'];
    chosen.mutate({ password }, { onSuccess: () => form.reset() });
  };

  if (begun) return <Enrol begun={begun} onEnd={() => setBegun(null)} />;
  if (codes) return <BackupCodes codes={codes} onClose={() => setCodes(null)} />;
  return (
    <form className={`card ${css.form}`} onSubmit={submit} aria-label="Second factor">
      <h2>Second factor</h2>
      <p className="dim small">
        {me.hasSecondFactor
          ? 'Signing in asks for a code of your authenticator app besides the password.'
          : 'With an authenticator app on your telephone, somebody who knows your password still can’t sign in.'}
      </p>
      <PasswordInput
        label="Present password"
        name="password"
        autoComplete="current-password"
        required
        withAsterisk={false}
      />
      <div className="row wrap">
        {me.hasSecondFactor ? (
          <>
            <Button type="submit" size="sm" value="renew" loading={renew.isPending}>
              New backup codes
            </Button>
            <Button type="submit" size="sm" value="end" loading={end.isPending}>
              Remove it
            </Button>
          </>
        ) : (
          <Button type="submit" size="sm" variant="filled" value="begin" loading={begin.isPending}>
            Set it up
          </Button>
        )}
        <span role="alert" className="fault">
          {fault?.message}
        </span>
      </div>
    </form>
  );
}
