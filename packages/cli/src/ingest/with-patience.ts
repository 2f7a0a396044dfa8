import { setTimeout as wait } from 'node:timers/promises';
import pRetry from 'p-retry';
import { AssayError } from '../client/assay-error.ts';
import { asAssayError } from '../client/trpc.ts';

export interface Patience {
  /** How often a request is sent again: after 0.5 s, 1 s, 2 s and so on, at most half a minute. */
  retries: number;
  /** Aborted: what waits to be sent again is given up. */
  stop: AbortSignal;
}

const longestWaitSeconds = 120;

/**
 * Asks again while the server is away, busy or broken, as long as it wishes when it says so. An answer that comes after
 * `stop` counts. Throws an AssayError.
 */
export async function askPatiently<T>(ask: () => Promise<T>, { retries, stop }: Patience): Promise<T> {
  const answers: { value: T }[] = [];
  const attempt = async () => {
    try {
      answers.push({ value: await ask() });
    } catch (error) {
      throw asAssayError(error);
    }
  };
  await pRetry(attempt, {
    retries,
    minTimeout: 500,
    maxTimeout: 30_000,
    randomize: true,
    signal: stop,
    shouldRetry: ({ error }) => error instanceof AssayError && error.isPassing,
    async onFailedAttempt({ error, retriesLeft }) {
      if (!(error instanceof AssayError) || !error.retryAfterSeconds || retriesLeft === 0) return;
      await wait(Math.min(error.retryAfterSeconds, longestWaitSeconds) * 1000, undefined, { signal: stop });
    },
  }).catch((error: unknown) => {
    if (answers.length === 0) throw error;
  });
  const [answer] = answers;
  if (!answer) throw new Error('p-retry resolved without an answer');
  return answer.value;
}
