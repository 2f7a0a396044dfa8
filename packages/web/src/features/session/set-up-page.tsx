import { useSearch } from '@tanstack/react-router';
import { useTitle } from '../../lib/use-title.ts';
import { LinkMissing } from './link-missing.tsx';
import { NewAccountForm } from './new-account-form.tsx';
import { setUp } from './session.ts';

export function SetUpPage() {
  useTitle('Set up');
  const { token } = useSearch({ from: '/set-up' });
  if (token === undefined) {
    return (
      <LinkMissing>
        Open the whole link that Assay printed when it started. It ends in a long token and works once.
      </LinkMissing>
    );
  }
  return (
    <NewAccountForm
      title="Set up Assay"
      introduction="Create the first administrator. This link works once."
      make={(account) => setUp(token, account)}
    />
  );
}
