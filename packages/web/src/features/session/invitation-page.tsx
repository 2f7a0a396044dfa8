import { useSearch } from '@tanstack/react-router';
import { describeRole } from '../../lib/roles.ts';
import { useTitle } from '../../lib/use-title.ts';
import { NewAccountForm } from './new-account-form.tsx';
import { ProviderButton } from './provider-button.tsx';
import { SentLinkPage } from './sent-link.tsx';
import { acceptInvitation } from './session.ts';

export function InvitationPage() {
  useTitle('Invitation');
  const { token } = useSearch({ from: '/invitation' });
  return (
    <SentLinkPage token={token} kind="invitation">
      {({ role }, token) => (
        <NewAccountForm
          title="You are invited to Assay"
          introduction={`As ${describeRole[role].one}: you ${describeRole[role].may('your')}. This link works once.`}
          make={(account) => acceptInvitation(token, account)}
          besides={<ProviderButton destination="/" invitation={token} />}
        />
      )}
    </SentLinkPage>
  );
}
