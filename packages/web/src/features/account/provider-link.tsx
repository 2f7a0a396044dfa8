import { Button } from '@mantine/core';
import { useState } from 'react';
import { goToProvider, useProvider } from '../../lib/provider.ts';
import css from './account.module.css';

/** For who has a password, and wants to sign in at the provider too. */
export function ProviderLink() {
  const name = useProvider();
  const [fault, setFault] = useState<string | null>(null);
  if (name === null) return null;
  return (
    <section className={`card ${css.form}`} aria-label={`Signing in with ${name}`}>
      <h2>Signing in with {name}</h2>
      <p className="dim small">
        Link your account there, and you can sign in with it from then on. Assay asks for no password or second factor
        then.
      </p>
      <Button size="sm" onClick={() => void goToProvider('link-provider', { redirect: '/account' }).then(setFault)}>
        Link my account
      </Button>
      <p role="alert" className={css.fault}>
        {fault}
      </p>
    </section>
  );
}
