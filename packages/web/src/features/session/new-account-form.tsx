import { TextInput } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { AuthAnswer } from '../../lib/auth-request.ts';
import { NewPassword, readNewPassword } from '../../ui/new-password.tsx';
import type { NewAccount } from './session.ts';
import { SessionForm } from './session-form.tsx';

interface NewAccountFormProps {
  title: string;
  introduction: ReactNode;
  make: (account: NewAccount) => Promise<AuthAnswer>;
  besides?: ReactNode;
}

/** User name, full name and password of an account that is made; then its person is signed in. */
export function NewAccountForm({ title, introduction, make, besides }: NewAccountFormProps) {
  const router = useRouter();
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (form: FormData) => {
    let password: string;
    try {
      password = readNewPassword(form);
    } catch (error) {
      return setFault((error as Error).message);
    }
    setBusy(true);
    setFault(null);
    const text = (name: string) => String(form.get(name)).trim();
    const answer = await make({ username: text('username'), name: text('name'), password });
    setBusy(false);
    if (answer.ok) router.history.push('/');
    else setFault(answer.message);
  };

  return (
    <SessionForm
      title={title}
      introduction={introduction}
      fault={fault}
      busy={busy}
      action="Create and sign in"
      onSubmit={(form) => void submit(form)}
      besides={besides}
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
      <NewPassword />
    </SessionForm>
  );
}
