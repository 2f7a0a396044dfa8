import { useRouter, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTitle } from '../../lib/use-title.ts';
import { NewPassword, readNewPassword } from '../../ui/new-password.tsx';
import { CodeForm } from './code-form.tsx';
import { SentLinkPage } from './sent-link.tsx';
import { choosePassword, needsCode } from './session.ts';
import { SessionForm } from './session-form.tsx';

export function ChoosePasswordPage() {
  useTitle('Choose a password');
  const { token } = useSearch({ from: '/choose-password' });
  return (
    <SentLinkPage token={token} kind="password">
      {({ username }, token) => <Form username={username ?? ''} token={token} />}
    </SentLinkPage>
  );
}

function Form({ username, token }: { username: string; token: string }) {
  const router = useRouter();
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [asksCode, setAsksCode] = useState(false);
  const submit = async (form: FormData) => {
    let password: string;
    try {
      password = readNewPassword(form);
    } catch (error) {
      return setFault((error as Error).message);
    }
    setBusy(true);
    setFault(null);
    const answer = await choosePassword(token, password);
    setBusy(false);
    if (needsCode(answer)) setAsksCode(true);
    else if (answer.ok) router.history.push('/');
    else setFault(answer.message);
  };
  if (asksCode) return <CodeForm onSignedIn={() => router.history.push('/')} />;
  return (
    <SessionForm
      title="Choose a new password"
      introduction={`For ${username}. Sessions that are open elsewhere end. This link works once.`}
      fault={fault}
      busy={busy}
      action="Save and sign in"
      onSubmit={(form) => void submit(form)}
    >
      <input type="hidden" name="username" autoComplete="username" value={username} />
      <NewPassword label="New password" />
    </SessionForm>
  );
}
