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
export const choosePassword = (token: string, password: string) => postAuth('choose-password', { token, password });
