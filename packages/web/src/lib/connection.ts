import { createStore } from './store.ts';

/** Whether the last request reached the server. Everything that talks to it goes through here. */
export const reachable = createStore(true);

const listeners = new Set<() => void>();
/** The session ended while somebody was working. */
export function onSignedOut(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export class SignedOutError extends Error {
  override name = 'SignedOutError';
}
export class UnreachableError extends Error {
  override name = 'UnreachableError';
}

let watching = false;
const pause = 2500;

/** Asks /healthz until it answers. */
async function watchForReturn(): Promise<void> {
  if (watching) return;
  watching = true;
  while (!reachable.get()) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    const answer = await fetch('/healthz', { cache: 'no-store' }).catch(() => null);
    if (answer?.ok) reachable.set(true);
  }
  watching = false;
}

export function noteUnreachable(): void {
  reachable.set(false);
  void watchForReturn();
}

export function noteSignedOut(): void {
  for (const listener of listeners) listener();
}

export async function reachServer(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(input, init);
  } catch (error) {
    if (init?.signal?.aborted) throw error;
    noteUnreachable();
    throw new UnreachableError('The server can’t be reached.');
  }
  reachable.set(true);
  if (answer.status === 401) {
    noteSignedOut();
    throw new SignedOutError('You are signed out.');
  }
  return answer;
}
