import { setTimeout as sleep } from 'node:timers/promises';

/** What `look` finds, asked every half second until it finds something. Throws, in the words of `missing`, when it never does. */
export async function waitFor<T>(
  look: () => Promise<T | undefined>,
  { minutes, missing, signal }: { minutes: number; missing: () => string; signal: AbortSignal },
): Promise<T> {
  for (const end = performance.now() + minutes * 60_000; ; await sleep(500, undefined, { signal })) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`${missing()} after ${minutes} minutes`);
  }
}
