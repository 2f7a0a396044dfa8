import { Button, Skeleton } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { describeRefusal, goToProvider, useProvider } from '../../lib/provider.ts';
import { trpc } from '../../lib/trpc.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Failure } from '../../ui/notice.tsx';
import css from './account.module.css';

/** For who has a password: whether they can sign in at the provider too. */
export function ProviderLink() {
  const name = useProvider();
  const link = useQuery(trpc.account.provider.queryOptions(undefined, { enabled: name !== null }));
  if (name === null) return null;
  return (
    <section className={`card ${css.form}`} aria-label={`Signing in with ${name}`}>
      <h2>Signing in with {name}</h2>
      {link.data ? (
        link.data.linkedAt ? (
          <Linked name={name} at={link.data.linkedAt} />
        ) : (
          <NotLinked name={name} />
        )
      ) : link.isError ? (
        <Failure what="Your link" error={link.error} retry={() => void link.refetch()} />
      ) : (
        <Skeleton height={52} aria-busy />
      )}
    </section>
  );
}

function NotLinked({ name }: { name: string }) {
  const { error } = useSearch({ from: '/frame/account' });
  const [fault, setFault] = useState(error === undefined ? null : describeRefusal(error));
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    setFault(null);
    const refused = await goToProvider('link-provider', { redirect: '/account' });
    setFault(refused);
    // Otherwise this page is about to go.
    if (refused !== null) setBusy(false);
  };
  return (
    <>
      <p className="dim small">
        Once your account is linked you sign in with {name} or with your password. Who comes from {name} is not asked
        for a second factor here.
      </p>
      <div className="row wrap">
        <Button size="sm" loading={busy} onClick={() => void go()}>
          Link my account
        </Button>
        <span role="alert" className="fault">
          {fault}
        </span>
      </div>
    </>
  );
}

function Linked({ name, at }: { name: string; at: string }) {
  const queryClient = useQueryClient();
  const unlink = useMutation(
    trpc.account.unlinkProvider.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.account.provider.pathFilter()),
    }),
  );
  return (
    <>
      <p className="dim small">
        Linked <Moment at={at} />. You sign in with {name} or with your password. Who comes from {name} is not asked for
        a second factor here.
      </p>
      <div className="row wrap">
        <ConfirmButton
          of="my account"
          why={`You sign in with your password alone then. Sessions that are open go on.`}
          busy={unlink.isPending}
          onConfirm={() => unlink.mutate()}
        >
          Unlink
        </ConfirmButton>
        <span role="alert" className="fault">
          {unlink.error?.message}
        </span>
      </div>
    </>
  );
}
