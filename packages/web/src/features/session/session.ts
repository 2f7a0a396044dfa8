import type { LinkKind, Role } from '@assay/shared';
import { type AuthAnswer, postAuth } from '../../lib/auth-request.ts';

/** What somebody who makes an account types in. */
export interface NewAccount {
  username: string;
  name: string;
  password: string;
}

/** What a link that somebody was sent is for. */
export interface SentLink {
  kind: LinkKind;
  role: Role;
  /** Whose password it sets. */
  username: string | null;
}

export type CodeKind = 'totp' | 'backup-code';

/** Whether a code has to follow the password. */
export const needsCode = (answer: AuthAnswer): boolean =>
  answer.ok && answer.body instanceof Object && 'twoFactorRedirect' in answer.body;

export const sendCode = (kind: CodeKind, code: string) => postAuth(`two-factor/verify-${kind}`, { code });
export const signIn = (username: string, password: string) => postAuth('sign-in/username', { username, password });
export const setUp = (token: string, account: NewAccount) => postAuth('set-up', { token, ...account });
export const readLink = (token: string) => postAuth<SentLink>('link', { token });
export const acceptInvitation = (token: string, account: NewAccount) =>
  postAuth('accept-invitation', { token, ...account });
/** What the provider, or Assay, said against somebody who came back from there. */
export function describeRefusal(code: string): string {
  return refusals[code] ?? `Signing in there did not work (${code}). Try again, or ask an administrator.`;
}

const refusals: Record<string, string> = {
  not_invited: 'You have no account here. Ask an administrator for an invitation, and open that first.',
  linked_elsewhere: 'That account at the provider belongs to somebody else here.',
  banned_user: 'This account is disabled. Ask an administrator.',
  access_denied: 'You did not agree there, or may not use Assay.',
  state_mismatch: 'That took too long, or was begun in another browser. Try again.',
  provider_away: 'The provider can’t be reached at present. Try again in a moment.',
};

export const choosePassword = (token: string, password: string) => postAuth('choose-password', { token, password });
