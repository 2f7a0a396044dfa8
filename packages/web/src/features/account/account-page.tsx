import { useMe } from '../../lib/me.ts';
import { describeRole } from '../../lib/roles.ts';
import { useTitle } from '../../lib/use-title.ts';
import { ChangePassword } from './change-password.tsx';
import { Sessions } from './sessions.tsx';

export function AccountPage() {
  useTitle('Account');
  const me = useMe();
  return (
    <div style={{ display: 'grid', gap: 14 }}>
      <div>
        <h1>Account</h1>
        {me && (
          <p className="dim small" style={{ margin: 0 }}>
            {me.username}
            {me.name !== me.username && `, ${me.name}`}. As {describeRole[me.role].one} you may{' '}
            {describeRole[me.role].may}.
          </p>
        )}
      </div>
      <ChangePassword />
      <Sessions />
    </div>
  );
}
