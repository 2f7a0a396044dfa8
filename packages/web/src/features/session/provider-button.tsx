import { Button } from '@mantine/core';
import { useState } from 'react';
import { goToProvider, useProvider } from '../../lib/provider.ts';
import css from './session-form.module.css';

interface ProviderButtonProps {
  /** Where to go after signing in. */
  destination: string;
  /** The token of an invitation that is taken up there. */
  invitation?: string;
}

/** The other way to sign in, where the operator has named a provider. */
export function ProviderButton({ destination, invitation }: ProviderButtonProps) {
  const name = useProvider();
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  if (name === null) return null;
  const go = async () => {
    setBusy(true);
    const refused = await goToProvider('sign-in/provider', {
      redirect: destination,
      ...(invitation !== undefined && { invitation }),
    });
    setFault(refused);
    // Otherwise this page is about to go.
    if (refused !== null) setBusy(false);
  };
  return (
    <div className={css.provider}>
      <p className={css.or} aria-hidden>
        or
      </p>
      <Button fullWidth size="sm" loading={busy} onClick={() => void go()}>
        {invitation === undefined ? 'Sign in' : 'Go on'} with {name}
      </Button>
      <div role="alert">{fault !== null && <p className={css.fault}>{fault}</p>}</div>
    </div>
  );
}
