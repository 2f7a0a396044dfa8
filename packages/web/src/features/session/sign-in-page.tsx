import { PasswordInput, TextInput } from '@mantine/core';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { describeRefusal } from '../../lib/provider.ts';
import { useTitle } from '../../lib/use-title.ts';
import { CodeForm } from './code-form.tsx';
import { readDestination } from './destination.ts';
import { ProviderButton } from './provider-button.tsx';
import { needsCode, signIn } from './session.ts';
import { SessionForm } from './session-form.tsx';

export function SignInPage() {
  useTitle('Sign in');
  const search = useSearch({ from: '/sign-in' });
  const router = useRouter();
  const password = useRef<HTMLInputElement>(null);
  const [fault, setFault] = useState(search.error === undefined ? null : describeRefusal(search.error));
  const [busy, setBusy] = useState(false);

  const [asksCode, setAsksCode] = useState(false);
  const goOn = () => router.history.push(readDestination(search.redirect));

  const submit = async (form: FormData) => {
    setBusy(true);
    setFault(null);
    const answer = await signIn(String(form.get('username')).trim(), String(form.get('password')));
    setBusy(false);
    if (needsCode(answer)) return setAsksCode(true);
    if (answer.ok) return goOn();
    setFault(answer.status === 401 ? 'This user name and password do not go together.' : answer.message);
    password.current?.select();
  };

  if (asksCode) return <CodeForm onSignedIn={goOn} />;
  return (
    <SessionForm
      title="Sign in"
      fault={fault}
      busy={busy}
      action="Sign in"
      onSubmit={(form) => void submit(form)}
      besides={<ProviderButton destination={readDestination(search.redirect)} />}
    >
      <TextInput
        label="User name"
        name="username"
        autoComplete="username"
        required
        withAsterisk={false}
        data-autofocus
        autoFocus
        spellCheck={false}
        autoCapitalize="none"
      />
      <PasswordInput
        ref={password}
        label="Password"
        name="password"
        autoComplete="current-password"
        required
        withAsterisk={false}
      />
    </SessionForm>
  );
}
