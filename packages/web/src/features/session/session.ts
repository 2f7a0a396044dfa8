import { errorBodySchema } from '@assay/shared';
import { noteUnreachable } from '../../lib/connection.ts';

/** What an answer that is not a success says, whichever part of the server gave it. */
async function readFault(answer: Response): Promise<string> {
  const body: unknown = await answer.json().catch(() => null);
  const ours = errorBodySchema.safeParse(body);
  if (ours.success) return ours.data.error.message;
  const message = (body as { message?: unknown } | null)?.message;
  return typeof message === 'string' ? message : `The server answered ${answer.status} without a reason.`;
}

export type SessionAnswer = { ok: true } | { ok: false; status: number; message: string };

async function post(path: string, body: Record<string, string>): Promise<SessionAnswer> {
  try {
    const answer = await fetch(`/api/auth/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return answer.ok ? { ok: true } : { ok: false, status: answer.status, message: await readFault(answer) };
  } catch {
    noteUnreachable();
    return { ok: false, status: 0, message: 'The server can’t be reached. Is it running?' };
  }
}

export const signIn = (username: string, password: string) => post('sign-in/username', { username, password });
export const setUp = (account: { token: string; username: string; password: string; name: string }) =>
  post('set-up', account);
