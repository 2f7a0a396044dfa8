import { errorBodySchema } from '@assay/shared';
import { noteUnreachable } from './connection.ts';

/** What an answer that is not a success says, whichever part of the server gave it. */
async function readFault(answer: Response): Promise<string> {
  const body: unknown = await answer.json().catch(() => null);
  const ours = errorBodySchema.safeParse(body);
  if (ours.success) return ours.data.error.message;
  const message = (body as { message?: unknown } | null)?.message;
  return typeof message === 'string' ? message : `The server answered ${answer.status} without a reason.`;
}

export type AuthAnswer<T = unknown> = { ok: true; body: T } | { ok: false; status: number; message: string };

/** Sends to the routes that sign people in, whose refusals are for the form that asked. */
export async function postAuth<T = unknown>(path: string, body: Record<string, string>): Promise<AuthAnswer<T>> {
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
