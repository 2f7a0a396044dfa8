import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

const readinessSchema = z.object({ waitingFor: z.record(z.string(), z.string().nullable()) });

/** Asks `/readyz` until it answers 200; tells `onWaiting`, as words such as "worker: no worker is running", what is missing. */
export async function waitUntilReady(
  url: string,
  onWaiting: (missing: string) => void,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const missing = await askReadiness(url);
    if (missing === undefined) return;
    onWaiting(missing);
    await sleep(100, undefined, { signal });
  }
}

/** What is missing; undefined: nothing. */
function askReadiness(url: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    // Not fetch, which refuses the ports that browsers refuse.
    const request = get(`${url}/readyz`, { timeout: 5000, agent: false }, async (response) => {
      const text = (await response.toArray().catch(() => [])).join('');
      resolve(response.statusCode === 200 ? undefined : describe(text));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve('api'));
  });
}

function describe(text: string): string {
  const parsed = readinessSchema.safeParse(text.startsWith('{') ? JSON.parse(text) : undefined);
  if (!parsed.success) return 'api';
  const missing = Object.entries(parsed.data.waitingFor).filter(([, what]) => what !== null);
  return missing.map(([part, what]) => `${part}: ${what}`).join('; ') || 'api';
}
