import { useMe } from '../../lib/me.ts';
import { useProvider } from '../../lib/provider.ts';
import { describeRole } from '../../lib/roles.ts';
import { useTitle } from '../../lib/use-title.ts';
import css from './account.module.css';
import { ChangePassword } from './change-password.tsx';
import { ProviderLink } from './provider-link.tsx';
import { SecondFactor } from './second-factor.tsx';
import { Sessions } from './sessions.tsx';

export function AccountPage() {
  useTitle('Account');
  const me = useMe();
  const provider = useProvider() ?? 'your provider';
  return (
    <div style={{ display: 'grid', gap: 14 }}>
      <div>
        <h1>Account</h1>
        {me && (
          <p className="dim small" style={{ margin: 0 }}>
            {me.username}
            {me.name !== me.username && ` (${me.name})`}. As {describeRole[me.role].one} you may{' '}
            {describeRole[me.role].may('your')}.
          </p>
        )}
      </div>
      {me?.mustEnrol && (
        <p role="status" className={`card ${css.required}`}>
          A second factor is required here. Set it up below; then the other pages open.
        </p>
      )}
      {me?.hasPassword && (
        <div className={css.cards}>
          <div className={css.column}>
            <SecondFactor me={me} />
            <ProviderLink />
          </div>
          <ChangePassword />
        </div>
      )}
      {me?.hasPassword === false && (
        <p className="dim small" style={{ margin: 0 }}>
          You sign in with {provider}, without a password or second factor of Assay’s own.
        </p>
      )}
      <Sessions />
    </div>
  );
}
