import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { type CodeKind, sendCode } from './session.ts';
import { SessionForm } from './session-form.tsx';

const kinds = {
  totp: {
    label: 'Code',
    introduction: 'The six digits that your authenticator app shows.',
    other: 'Use a backup code instead',
    input: { inputMode: 'numeric', autoComplete: 'one-time-code' },
  },
  'backup-code': {
    label: 'Backup code',
    introduction: 'One of the codes that you kept. Each works once.',
    other: 'Use the authenticator app instead',
    input: { autoComplete: 'off' },
  },
} as const;

/** What follows a right password where there is a second factor. */
export function CodeForm({ onSignedIn }: { onSignedIn: () => void }) {
  const [kind, setKind] = useState<CodeKind>('totp');
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const { label, introduction, other, input } = kinds[kind];
  const submit = async (form: FormData) => {
    setBusy(true);
    setFault(null);
    const answer = await sendCode(kind, String(form.get('code')).replace(/\s/g, ''));
    setBusy(false);
    if (answer.ok) onSignedIn();
    else setFault(answer.message);
  };
  return (
    <SessionForm
      title="Second factor"
      introduction={introduction}
      fault={fault}
      busy={busy}
      action="Sign in"
      onSubmit={(form) => void submit(form)}
    >
      <TextInput
        key={kind}
        label={label}
        name="code"
        required
        withAsterisk={false}
        autoFocus
        spellCheck={false}
        {...input}
      />
      <button
        type="button"
        className="link"
        onClick={() => {
          setFault(null);
          setKind(kind === 'totp' ? 'backup-code' : 'totp');
        }}
      >
        {other}
      </button>
    </SessionForm>
  );
}
