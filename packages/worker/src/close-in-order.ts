import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';

/** What is let go of, and how. */
export type Closing = [name: string, close: () => unknown];

/**
 * Lets go of one after the other, within so many milliseconds for all. One that fails, or does not end in time, is named
 * in the log, and keeps none of those after it open.
 */
export async function closeInOrder(closings: readonly Closing[], milliseconds: number, log: Logger): Promise<void> {
  const done = new AbortController();
  const late = wait(milliseconds, 'late' as const, { signal: done.signal }).catch(() => 'late' as const); // all are closed
  for (const [name, close] of closings) {
    const closed = (async () => void (await close()))();
    const how = await Promise.race([closed, late]).catch((error: unknown) => {
      log.warn({ err: error }, `${name} did not close as it should`);
    });
    if (how !== 'late') continue;
    closed.catch(() => {}); // nobody waits for it any more
    log.warn(`${name} did not close in time`);
  }
  done.abort();
}
