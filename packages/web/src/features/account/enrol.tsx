import { Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { postAuth } from '../../lib/auth-request.ts';
import type { Answers } from '../../lib/trpc.ts';
import { QrCode } from '../../ui/qr-code.tsx';
import css from './account.module.css';
import { CodeList } from './backup-codes.tsx';

interface EnrolProps {
  begun: Answers['account']['beginSecondFactor'];
  onEnd: () => void;
}

/** The two things to do before a second factor counts: take the secret into an app, and keep the backup codes. */
export function Enrol({ begun: { uri, secret, backupCodes }, onEnd }: EnrolProps) {
  const queryClient = useQueryClient();
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (code: string) => {
    setBusy(true);
    setFault(await sendFirstCode(code));
    setBusy(false);
  };
  const handle = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget).get('code')).replace(/\s/g, '');
    void submit(code);
  };

  /** Null: it is set up, and the browser has a new session. */
  async function sendFirstCode(code: string): Promise<string | null> {
    const answer = await postAuth('two-factor/verify-totp', { code });
    if (!answer.ok)
      return answer.status === 401 ? 'This code is not right. Is the clock of the telephone?' : answer.message;
    await queryClient.invalidateQueries();
    onEnd();
    return null;
  }

  return (
    <form className={`card ${css.form}`} onSubmit={handle} aria-label="Set up a second factor">
      <h2>Second factor</h2>
      <div className={css.enrol}>
        <QrCode text={uri} label="The secret for your authenticator app, as a QR code" />
        <div className={css.steps}>
          <p>
            1. Scan it with an authenticator app, or type the secret in:
            <br />
            <span className={`mono ${css.secret}`}>{secret}</span>
          </p>
          <div>
            <p>2. Keep these backup codes where your telephone is not. They can’t be shown again.</p>
            <CodeList codes={backupCodes} />
          </div>
        </div>
      </div>
      <TextInput
        label="3. The code that the app shows now"
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        required
        withAsterisk={false}
        maw={240}
      />
      <div className="row wrap">
        <Button type="submit" size="sm" variant="filled" loading={busy}>
          Turn it on
        </Button>
        <Button size="sm" onClick={onEnd}>
          Not now
        </Button>
        <span role="alert" className="fault">
          {fault}
        </span>
      </div>
    </form>
  );
}
