import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestWorkers, succeed, type TestWorkers } from './test-workers.ts';

let house: TestWorkers;

beforeEach(async () => {
  house = await openTestWorkers();
});
afterEach(() => house.close());

/** As the worker that ended had them in hand, in their second attempt unless it is the last, and what becomes of each: its attempts too. */
const stories = {
  'the first time, one of many': { worker: 1, isolation: 'none', runs: true, becomes: ['queued', 'in_worker', 1] },
  'alone, beside others that were not yet': {
    worker: 1,
    isolation: 'in_worker',
    runs: true,
    becomes: ['queued', 'at_model', 1],
  },
  alone: { worker: 2, isolation: 'in_worker', runs: true, becomes: ['queued', 'in_worker', 2] },
  'before its turn': { worker: 2, isolation: 'in_worker', runs: false, becomes: ['queued', 'in_worker', 1] },
  'alone, beside others again': { worker: 3, isolation: 'at_model', runs: true, becomes: ['queued', 'at_model', 2] },
  'beside it': { worker: 3, isolation: 'none', runs: true, becomes: ['queued', 'in_worker', 1] },
  'alone of its model, beside one of another': {
    worker: 5,
    isolation: 'in_worker',
    runs: true,
    becomes: ['queued', 'at_model', 1],
  },
  'that one of another': { worker: 5, isolation: 'in_worker', runs: true, becomes: ['queued', 'at_model', 1] },
  'alone with nothing beside it': { worker: 5, isolation: 'at_model', runs: true, becomes: ['queued', 'at_model', 2] },
  'alone, for the last time': {
    worker: 4,
    isolation: 'in_worker',
    runs: true,
    last: true,
    becomes: ['failed', 'in_worker', 4],
  },
} as const;

test('who was alone when a worker ended pays, and nobody else', async () => {
  const model = await house.addModel(succeed);
  model.health = 'starting';
  await house.start();
  const dead = Array.from({ length: 6 }, () => randomUUID());
  const ids = new Map<string, number>();
  for (const name of Object.keys(stories)) ids.set(name, (await house.bringIn(name)).objectId);
  await house.db.transaction(async (tx) => {
    for (const [name, { worker, isolation, runs, ...story }] of Object.entries(stories))
      await tx.execute(sql`update predictions set state = 'running', worker_id = ${dead[worker]}, isolation = ${isolation},
        attempts = ${'last' in story ? 4 : 2}, started_at = case when ${runs} then now() end
        where object_id = ${ids.get(name)}`);
  });
  const read = async () => {
    const rows = await house.db.query.predictions.findMany();
    return Object.fromEntries(
      [...ids].map(([name, objectId]) => {
        const { state, isolation, attempts } = rows.find((row) => row.objectId === objectId) ?? {};
        return [name, [state, isolation, attempts]];
      }),
    );
  };
  const expected = Object.fromEntries(Object.entries(stories).map(([name, { becomes }]) => [name, becomes]));
  await expect.poll(read, { timeout: 20_000 }).toEqual(expected);
});

test('what a worker claimed without hearing of it, as when its connection breaks, waits again at no cost', async () => {
  const model = await house.addModel(succeed);
  model.health = 'starting';
  await house.start();
  const { objectId } = await house.bringIn('unheard');
  await house.db.transaction(async (tx) => {
    await tx.execute(sql`update predictions set state = 'running', worker_id = (select id from workers), attempts = 1,
      started_at = now()`);
    await tx.execute(
      sql`update pgboss.job set state = 'active', started_on = now() where id = (select id from predictions)`,
    );
  });
  model.health = 'ready';
  await house.untilFinal(objectId);
  expect(await house.read(objectId)).toMatchObject({ state: 'succeeded', attempts: 1 });
});
