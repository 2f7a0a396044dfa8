import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { sendUpload } from './client.ts';
import { keepHistory, readHistory } from './history.ts';
import { waitForModels } from './settle.ts';
import { readJournal, startWorld } from './world.ts';

export interface OutageReport {
  predictions: number;
  /** For which the model was away. */
  seconds: number;
  /** From its return to the last result. */
  secondsToFinish: number;
  succeeded: number;
  attemptsBurnt: number;
  /** Calls that the model got: one for each prediction. */
  calls: number;
  /** How often one was taken into hand and handed back, as the model was not there after all. */
  handedBack: number;
}

/** Stops a model while so many predictions wait for it, and says what became of them when it is back. */
export async function measureOutage(
  { predictions, seconds }: { predictions: number; seconds: number },
  tell: (line: string) => void,
  signal?: AbortSignal,
): Promise<OutageReport> {
  const world = await startWorld();
  try {
    const { house, parts } = world;
    const { db } = house.database;
    await waitForModels(world, signal);
    await keepHistory(db);
    const headers = await house.signIn();
    await parts.get('away')?.act('stop');
    tell('The model is stopped');
    const began = performance.now();
    for (let sent = 0; sent < predictions; sent += 50) {
      const count = Math.min(50, predictions - sent);
      const files = Array.from({ length: count }, (_, i) => ({
        name: `${sent + i}.txt`,
        seed: sent + i + 1,
        size: 500,
      }));
      const { outcome, status } = await sendUpload(house.url, headers, { run: randomUUID(), models: ['away'], files });
      if (outcome !== 'accepted') throw new Error(`The upload was answered with ${status}`);
    }
    tell(`${predictions} predictions wait for it`);
    const left = seconds * 1000 - (performance.now() - began);
    await wait(Math.max(0, left), undefined, signal && { signal });
    await parts.get('away')?.act('start');
    const back = performance.now();
    tell(`It is back after ${seconds} s`);
    const count = async (where: ReturnType<typeof sql>) =>
      Number((await db.execute(sql`select count(*) as n from predictions where ${where}`))[0]?.n);
    while ((await count(sql`state in ('queued', 'running')`)) > 0) {
      signal?.throwIfAborted();
      await wait(100);
    }
    const secondsToFinish = Math.round((performance.now() - back) / 100) / 10;
    const taken = (await readHistory(db)).filter(({ after }) => after === 'running').length;
    const journal = await readJournal(world, 'away');
    return {
      ...{ predictions, seconds, secondsToFinish },
      succeeded: await count(sql`state = 'succeeded'`),
      attemptsBurnt: await count(sql`attempts <> 1`),
      calls: journal.filter(({ what }) => what === 'began').length,
      handedBack: taken - predictions,
    };
  } finally {
    await world.close({ keep: false });
  }
}
