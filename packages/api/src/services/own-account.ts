import {
  endSessionsOf,
  findProviderLink,
  listSessionsOf,
  noteAccessChange,
  recordActs,
  removeProviderAccount,
  setPassword,
} from '@assay/db';
import { AppError } from '@assay/shared';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';
import { hashPassword, isPasswordOf } from '../auth.ts';
import { checkPassword } from './check-password.ts';
import { beginGuess } from './guesses.ts';
import { providerId } from './sign-in-provider.ts';

export async function listSessions(app: App, user: SignedIn) {
  const sessions = await listSessionsOf(app.db, user.id);
  return sessions.map(({ id, createdAt, updatedAt, ...session }) => ({
    ...session,
    id,
    createdAt: createdAt.toISOString(),
    isThis: id === user.session?.id,
  }));
}

/** Throws `session_not_found`. */
export const endSession = (app: App, user: SignedIn, id: string): Promise<void> =>
  app.db.transaction(async (tx) => {
    if ((await endSessionsOf(tx, user.id, { only: id })) === 0)
      throw new AppError('session_not_found', 'There is no such session of yours any more');
    await recordActs(tx, [
      { by: user, act: 'end_sessions', subject: { kind: 'session', id }, details: { sessions: 1 } },
    ]);
    await noteAccessChange(tx, user.id);
  });

const themselves = ({ id }: SignedIn) => ({ kind: 'person' as const, id });

/** All but the one that asks. Gives how many. */
export const endOtherSessions = (app: App, user: SignedIn): Promise<number> =>
  app.db.transaction(async (tx) => {
    const sessions = await endSessionsOf(tx, user.id, { but: user.session?.id });
    await recordActs(tx, [{ by: user, act: 'end_sessions', subject: themselves(user), details: { sessions } }]);
    await noteAccessChange(tx, user.id);
    return sessions;
  });

/** Ends every other session. Throws `wrong_password`, `weak_password`, and `too_many_requests` for too many guesses. */
export async function changePassword(
  app: App,
  user: SignedIn,
  change: { current: string; next: string },
): Promise<void> {
  await confirmPassword(app, user, change.current);
  await checkPassword(change.next, user);
  const passwordHash = await hashPassword(app.auth, change.next);
  await app.db.transaction(async (tx) => {
    await setPassword(tx, user.id, passwordHash);
    const sessions = await endSessionsOf(tx, user.id, { but: user.session?.id });
    await recordActs(tx, [{ by: user, act: 'change_password', subject: themselves(user), details: { sessions } }]);
    await noteAccessChange(tx, user.id);
  });
}

export async function findOwnLink(app: App, user: SignedIn): Promise<{ linkedAt: string | null }> {
  const at = await findProviderLink(app.db, { providerId, userId: user.id });
  return { linkedAt: at?.toISOString() ?? null };
}

/** Throws `not_allowed` to who would have no way in any more, and `no_provider` when there is no link. */
export const unlinkProvider = (app: App, user: SignedIn): Promise<void> =>
  app.db.transaction(async (tx) => {
    if (!user.hasPassword)
      throw new AppError('not_allowed', 'You have no password here: ask an administrator for one first');
    if (!(await removeProviderAccount(tx, { providerId, userId: user.id })))
      throw new AppError('no_provider', 'Your account is not linked to a provider');
    await recordActs(tx, [{ by: user, act: 'unlink_provider', subject: themselves(user) }]);
  });

/** Throws `wrong_password`, and `too_many_requests` for too many guesses. */
export async function confirmPassword(app: App, user: SignedIn, password: string): Promise<void> {
  const guess = await beginGuess(app, user.username, user.from);
  if (!(await isPasswordOf(app.auth, user.id, password)))
    throw new AppError('wrong_password', 'The present password is not right');
  await guess.wasRight();
}
