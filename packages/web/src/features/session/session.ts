import { errorBodySchema, type LinkKind, type Role } from '@assay/shared';
import { noteUnreachable } from '../../lib/connection.ts';

/** What an answer that is not a success says, whichever part of the server gave it. */
async function readFault(answer: Response): Promise<string> {
  const body: unknown = await answer.json().catch(() => null);
  const ours = errorBodySchema.safeParse(body);
  if (ours.success) return ours.data.error.message;
  const message = (body as { message?: unknown } | null)?.message;
  return typeof message === 'string' ? message : `The server answered ${answer.status} without a reason.`;
}

export type SessionAnswer<T = unknown> = { ok: true; body: T } | { ok: false; status: number; message: string };

async function post<T = unknown>(path: string, body: Record<string, string>): Promise<SessionAnswer<T>> {
  try {
    const answer = await fetch(`/api/auth/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (answer.ok) return { ok: true, body: (await answer.json()) as T };
    return { ok: false, status: answer.status, message: await readFault(answer) };
  } catch {
    noteUnreachable();
    return { ok: false, status: 0, message: 'The server can’t be reached. Is it running?' };
  }
}

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

export const signIn = (username: string, password: string) => post('sign-in/username', { username, password });
export const setUp = (token: string, account: NewAccount) => post('set-up', { token, ...account });
export const readLink = (token: string) => post<SentLink>('link', { token });
export const acceptInvitation = (token: string, account: NewAccount) =>
  post('accept-invitation', { token, ...account });
export const choosePassword = (token: string, password: string) => post('choose-password', { token, password });
