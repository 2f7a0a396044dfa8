import { setTimeout as wait } from 'node:timers/promises';
import { describeFaults, healthSchema } from '@assay/shared';
import { get } from './ask-model.ts';
import { type Asking, type Finding, failed, passed } from './checking.ts';
import { quote } from './judge-reply.ts';

const pollMs = 100;

/** Waits for a model that is starting. */
export async function checkHealth(asking: Asking): Promise<Finding> {
  for (;;) {
    const reply = await get(asking, '/health');
    if (reply.status !== 200)
      return failed(quote(reply), 'Answer GET /health with 200 always; the status in its JSON says how the model is');
    const { data, error } = healthSchema.safeParse(reply.json);
    if (!data) return failed(quote(reply), `Change in /health: ${describeFaults(error, reply.json).join('; ')}`);
    if (data.status === 'failed')
      return failed(quote(reply), `Make it start: it says ${data.detail ? `"${data.detail}"` : 'no detail'}`);
    if (data.status !== 'starting') return passed(`200: ${data.status}`);
    await wait(pollMs, undefined, { signal: asking.signal });
  }
}

/** Whether /health says `ready` before the time is up. */
export async function becomesReady(asking: Asking): Promise<boolean> {
  for (;;) {
    try {
      const health = healthSchema.safeParse((await get(asking, '/health')).json);
      if (health.data?.status === 'ready') return true;
      await wait(pollMs, undefined, { signal: asking.signal });
    } catch (error) {
      if (asking.signal.aborted) return false;
      throw error;
    }
  }
}
