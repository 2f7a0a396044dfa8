import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { judgeOutcome } from './judge-outcome.ts';
import { openTestWorkers, succeed, type TestWorkers } from './test-workers.ts';

let house: TestWorkers;

beforeEach(async () => {
  house = await openTestWorkers();
});
afterEach(() => house.close());

const untilShared = () =>
  expect
    .poll(() => house.db.execute(sql`select 1 from model_shares where calls > 0`), { timeout: 20_000 })
    .toHaveLength(2);

test.each([
  ['kills its model', () => house.models[0]?.breakConnections(), /^The connection to the model broke/],
  ['hangs past its limit', () => {}, /^The model gave no answer within 2 s/],
])(
  'an object that %s fails alone: its neighbours, of another worker too, lose no attempt',
  async (_, harm, reason) => {
    const model = await house.addModel(
      (res, { body }) => (body.toString() === 'poison' ? harm() : setTimeout(() => succeed(res), 100)),
      { limits: { concurrency: 4, timeoutSeconds: 2 } },
    );
    await house.start();
    await house.start();
    await house.untilReady();
    await untilShared();
    // All of them are in hand when it strikes for the first time.
    model.health = 'starting';
    await expect.poll(() => house.db.query.modelEndpoints.findFirst()).toMatchObject({ state: 'starting' });
    const others: number[] = [];
    for (let i = 0; i < 5; i++) others.push((await house.bringIn(`neighbour ${i}`)).objectId);
    const { objectId } = await house.bringIn('poison');
    for (let i = 5; i < 10; i++) others.push((await house.bringIn(`neighbour ${i}`)).objectId);
    model.health = 'ready';
    await house.untilFinal(objectId, ...others);
    expect(await house.read(objectId)).toMatchObject({
      state: 'failed',
      attempts: 4,
      reason: expect.stringMatching(reason),
    });
    for (const other of others) expect(await house.read(other)).toMatchObject({ state: 'succeeded', attempts: 1 });
  },
  120_000,
);

test('an object whose answer ends the thread that reads it fails alone, also where workers share its model', async () => {
  const heavy = JSON.stringify({ classes: [], result: { list: Array.from({ length: 900_000 }, () => [1]) } });
  await house.addModel(
    (res, { body }) =>
      body.toString() === 'poison'
        ? res.writeHead(200, { 'content-type': 'application/json' }).end(heavy)
        : setTimeout(() => succeed(res), 100),
    { limits: { concurrency: 4 } },
  );
  await house.start({ threadHeapMegabytes: 32 });
  await house.start({ threadHeapMegabytes: 32 });
  await house.untilReady();
  await untilShared();
  const others: number[] = [];
  for (let i = 0; i < 3; i++) others.push((await house.bringIn(`neighbour ${i}`)).objectId);
  const { objectId } = await house.bringIn('poison');
  for (let i = 3; i < 6; i++) others.push((await house.bringIn(`neighbour ${i}`)).objectId);
  await house.untilFinal(objectId, ...others);
  expect(await house.read(objectId)).toMatchObject({
    state: 'failed',
    fault: 'model',
    attempts: 4,
    reason: expect.stringMatching(/^The thread that had it in hand ended/),
  });
  for (const other of others) expect(await house.read(other)).toMatchObject({ state: 'succeeded', attempts: 1 });
}, 120_000);

test('all workers together never have more at a model than it has seats', async () => {
  let open = 0;
  let most = 0;
  await house.addModel(
    (res) => {
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        succeed(res);
      }, 30);
    },
    { limits: { concurrency: 3 } },
  );
  await house.start();
  await house.start();
  await house.untilReady();
  await untilShared();
  const ids: number[] = [];
  for (let i = 0; i < 40; i++) ids.push((await house.bringIn(`file ${i}`)).objectId);
  await house.untilFinal(...ids);
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(3);
});

test('what is tried alone and hangs keeps nothing of another model waiting', async () => {
  const hangs = await house.addModel(() => {}, { name: 'hangs', limits: { timeoutSeconds: 600 } });
  const answers = await house.addModel(succeed, { name: 'answers' });
  for (const model of house.models) model.health = 'starting';
  await house.start();
  const { objectId: hung } = await house.bringIn('hung', { models: ['hangs'] });
  const { objectId } = await house.bringIn('quick', { models: ['answers'] });
  await house.db.execute(sql`update predictions set isolation = 'in_worker'`);
  hangs.health = 'ready';
  await expect.poll(() => house.read(hung), { timeout: 20_000 }).toMatchObject({ startedAt: expect.any(String) });
  answers.health = 'ready';
  await house.untilFinal(objectId);
  expect(await house.read(objectId)).toMatchObject({ state: 'succeeded', attempts: 1 });
  expect(await house.read(hung)).toMatchObject({ state: 'running' });
}, 60_000);

test('who was in a thread that died is tried alone in its worker, and then pays', () => {
  const claimed = { id: 'a', modelId: 1, place: 0, attempts: 1, isolation: 'none' } as Parameters<
    typeof judgeOutcome
  >[0];
  const call = { outcome: { kind: 'thread_died', reason: 'out of memory' }, isPaused: false } as const;
  expect(judgeOutcome(claimed, { ...call, hadCompany: true })).toMatchObject({ burnt: false, isolation: 'in_worker' });
  const alone = { ...claimed, isolation: 'in_worker' } as const;
  expect(judgeOutcome(alone, { ...call, hadCompany: false })).toMatchObject({ kind: 'again', burnt: true });
  expect(judgeOutcome({ ...alone, attempts: 4 }, { ...call, hadCompany: false })).toMatchObject({
    kind: 'failed',
    reason: 'out of memory',
  });
});
