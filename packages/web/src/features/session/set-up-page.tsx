import { passwordLength } from '@assay/shared';
import { PasswordInput, TextInput } from '@mantine/core';
import { Link, useRouter, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTitle } from '../../lib/use-title.ts';
import { UnknownIcon } from '../../ui/icons.ts';
import { Notice } from '../../ui/notice.tsx';
import { setUp } from './session.ts';
import { SessionForm } from './session-form.tsx';

export function SetUpPage() {
  useTitle('Set up');
  const { token } = useSearch({ from: '/set-up' });
  const router = useRouter();
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  if (token === undefined) {
    return (
      <main>
        <Notice
          icon={UnknownIcon}
          title="This link is not complete."
          whole
          actions={<Link to="/sign-in">Go to sign-in</Link>}
        >
          Open the whole link that Assay printed when it started. It ends in a long token and works once.
        </Notice>
      </main>
    );
  }

  const submit = async (form: FormData) => {
    const password = String(form.get('password'));
    if (password.length < passwordLength.min)
      return setFault(`The password needs at least ${passwordLength.min} characters.`);
    if (password !== form.get('repeat')) return setFault('The two passwords are not the same.');
    const username = String(form.get('username')).trim();
    setBusy(true);
    setFault(null);
    const answer = await setUp({ token, username, password, name: String(form.get('name')).trim() || username });
    setBusy(false);
    if (answer.ok) router.history.push('/upload');
    else setFault(answer.message);
  };

  return (
    <SessionForm
      title="Set up Assay"
      introduction="Create the first administrator. This link works once."
      fault={fault}
      busy={busy}
      action="Create and sign in"
      onSubmit={(form) => void submit(form)}
    >
      <TextInput
        label="User name"
        name="username"
        autoComplete="username"
        required
        withAsterisk={false}
        autoFocus
        spellCheck={false}
        autoCapitalize="none"
      />
      <TextInput
        label="Full name"
        description="Shown beside what you do. May stay empty."
        name="name"
        autoComplete="name"
      />
      <PasswordInput
        label="Password"
        description={`At least ${passwordLength.min} characters.`}
        name="password"
        autoComplete="new-password"
        required
        withAsterisk={false}
      />
      <PasswordInput label="Password again" name="repeat" autoComplete="new-password" required withAsterisk={false} />
    </SessionForm>
  );
}
