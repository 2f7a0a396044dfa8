import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Violation } from './checks/violation.ts';
import { callProcedure } from './client.ts';
import { countChanges } from './history.ts';
import { modelNames } from './models.ts';
import type { World } from './world.ts';

const patienceSeconds = 120;

/** Until the API answers and every model can be given work. */
export async function waitForModels({ house }: World, signal?: AbortSignal): Promise<void> {
  await waitUntil('all models are ready', signal, async () => {
    const answers = await fetch(`${house.url}/readyz`).then(
      ({ ok }) => ok,
      () => false, // it starts
    );
    if (!answers) return false;
    const rows = await house.database.db
      .execute(sql`select 1 from model_endpoints where state = 'ready'`)
      .catch(() => []); // the connections are made anew
    return rows.length === modelNames.length;
  });
}

async function waitUntil(what: string, signal: AbortSignal | undefined, isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + patienceSeconds * 1000; !(await isSo()); await wait(200)) {
    signal?.throwIfAborted();
    if (Date.now() > end) throw new Error(`${what}: not within ${patienceSeconds} s`);
  }
}

/** Until nothing waits or runs any more; a violation when nothing changes for too long. */
export async function settle(
  { house }: World,
  headers: Record<string, string>,
  tell: (line: string) => void,
  signal?: AbortSignal,
): Promise<Violation[]> {
  const { db } = house.database;
  let last = { changes: -1, at: Date.now() };
  for (;;) {
    signal?.throwIfAborted();
    // As an administrator does who sees it: a model that fails at every third thing would be tried seldom.
    const paused = await db.execute<{ model: string }>(
      sql`select m.name as model from model_pauses p join models m on m.id = p.model_id`,
    );
    for (const { model } of paused) {
      tell(`  ${model} is paused; it gets work again`);
      await callProcedure(house.url, headers, 'models.resume', { model });
    }
    const unfinished = await db.execute<{ detail: string }>(sql`
      select concat_ws(' ', m.name, p.id, p.state, p.attempts, p.reason) as detail
      from predictions p join models m on m.id = p.model_id where p.state in ('queued', 'running')`);
    if (unfinished.length === 0) return [];
    const changes = await countChanges(db);
    if (changes !== last.changes) last = { changes, at: Date.now() };
    if (Date.now() - last.at > patienceSeconds * 1000)
      return unfinished.map(({ detail }) => ({ name: 'never-settles', detail }));
    await wait(250);
  }
}
