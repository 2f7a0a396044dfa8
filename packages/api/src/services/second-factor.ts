import { noteAccessChange, recordActs, removeSecondFactor } from '@assay/db';
import { AppError } from '@assay/shared';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';
import { confirmPassword } from './own-account.ts';

/** With which somebody who is signed in shows once more who they are. */
interface Confirmation {
  password: string;
  headers: Headers;
}

/** Throws `wrong_password`, and `second_factor_set_up` when there is one. */
export async function beginSecondFactor(app: App, user: SignedIn, { password, headers }: Confirmation) {
  await confirmPassword(app, user, password);
  if (user.hasSecondFactor)
    throw new AppError('second_factor_set_up', 'There is a second factor already. Remove it before you set up another');
  const begun = await app.auth.api.enableTwoFactor({ headers, body: { password } });
  if (begun.method !== 'totp') throw new Error(`better-auth began ${begun.method}`);
  await recordActs(app.db, [{ by: user, act: 'begin_second_factor', subject: { kind: 'person', id: user.id } }]);
  const uri = new URL(begun.totpURI);
  // In the place of the address that nobody has: it is what the app shows.
  uri.pathname = `/${encodeURIComponent(`Assay:${user.username}`)}`;
  return { uri: uri.href, secret: uri.searchParams.get('secret') ?? '', backupCodes: begun.backupCodes };
}

export async function makeBackupCodes(app: App, user: SignedIn, { password, headers }: Confirmation) {
  await confirmPassword(app, user, password);
  const { backupCodes } = await app.auth.api.generateBackupCodes({ headers, body: { password } });
  await recordActs(app.db, [{ by: user, act: 'make_backup_codes', subject: { kind: 'person', id: user.id } }]);
  return { backupCodes };
}

export async function endSecondFactor(app: App, user: SignedIn, password: string): Promise<void> {
  await confirmPassword(app, user, password);
  await app.db.transaction(async (tx) => {
    await removeSecondFactor(tx, user.id);
    await recordActs(tx, [{ by: user, act: 'remove_second_factor', subject: { kind: 'person', id: user.id } }]);
    await noteAccessChange(tx, user.id);
  });
}
