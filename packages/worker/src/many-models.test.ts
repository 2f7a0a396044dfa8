import type { ServerResponse } from 'node:http';
import { listCurrentModels } from '@assay/db';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestWorkers, succeed, type TestWorkers } from './test-workers.ts';
import { sendJson } from './testing.ts';

let house: TestWorkers;

beforeEach(async () => {
  house = await openTestWorkers();
});
afterEach(() => house.close());

test('a model that never answers, and one that is gone, delay no other', async () => {
  const slow = await house.addModel(() => {}, { name: 'slow', limits: { concurrency: 4 } });
  const gone = await house.addModel(succeed, { name: 'gone' });
  await house.addModel(succeed, { name: 'quick' });
  await house.start();
  await house.untilReady();
  const waiting: number[] = [];
  for (let i = 0; i < 8; i++) waiting.push((await house.bringIn(`file ${i}`, { models: ['slow', 'gone'] })).objectId);
  await expect.poll(() => slow.calls.length).toBe(4);
  await gone.close();
  const ids: number[] = [];
  for (let i = 0; i < 20; i++) ids.push((await house.bringIn(`quick ${i}`, { models: ['quick'] })).objectId);
  await house.untilFinal(...ids);
  expect(slow.calls.filter(({ aborted }) => aborted)).toEqual([]);
});

test('a model that says when it has time is not asked before', async () => {
  const model = await house.addModel((res) =>
    sendJson(res, 503, { error: { message: 'full until later' } }, { 'retry-after': '120' }),
  );
  await house.start();
  const { objectId } = await house.bringIn('busy');
  await expect.poll(() => house.read(objectId)).toMatchObject({ state: 'queued', reason: 'full until later' });
  expect(await house.read(objectId)).toMatchObject({ attempts: 0 });
  const [job] = await house.db.execute<{ seconds: number }>(
    sql`select extract(epoch from start_after - created_on)::float8 as seconds from pgboss.job where name like 'predict.%'`,
  );
  expect(job?.seconds).toBeGreaterThanOrEqual(120);
  expect(job?.seconds).toBeLessThan(150);
  expect(model.calls).toHaveLength(1);
});

test('a worker that is given names serves these models only', async () => {
  const one = await house.addModel(succeed, { name: 'one' });
  const two = await house.addModel(succeed, { name: 'two' });
  await house.start({ models: ['one'] });
  await house.untilReady();
  const { objectId } = await house.bringIn('for one', { models: ['one'] });
  const { objectId: later } = await house.bringIn('for two', { models: ['two'] });
  await house.untilFinal(objectId);
  expect(two.calls).toEqual([]);
  expect(await house.read(later)).toMatchObject({ state: 'queued', attempts: 0 });
  await house.start({ models: ['two', 'three'] });
  await house.untilFinal(later);
  expect(one.calls).toHaveLength(1);
});

test('within its grace time a worker ends what it has in hand, and takes nothing more', async () => {
  const held: ServerResponse[] = [];
  const model = await house.addModel((res) => void held.push(res));
  const worker = await house.start({ graceSeconds: 60 });
  const first = await house.bringIn('in hand');
  await expect.poll(() => held.length).toBe(1);
  const second = await house.bringIn('in the line');
  const closing = worker.close();
  if (held[0]) succeed(held[0]);
  await closing;
  expect(await house.read(first.objectId)).toMatchObject({ state: 'succeeded', attempts: 1 });
  expect(await house.read(second.objectId)).toMatchObject({ state: 'queued', attempts: 0 });
  expect(model.calls).toHaveLength(1);
});

test('after its grace time a worker hands back what it has in hand, at no cost', async () => {
  const model = await house.addModel(() => {});
  const worker = await house.start({ graceSeconds: 0 });
  const { objectId } = await house.bringIn('too long');
  await expect.poll(() => model.calls.length).toBe(1);
  await worker.close();
  expect(model.calls[0]?.aborted).toBe(true);
  const handedBack = { state: 'queued', attempts: 0, reason: 'Handed back by a worker that stopped' };
  expect(await house.read(objectId)).toMatchObject(handedBack);
});

test('what waits for a model that was stopped is done when it is back, and no attempt is burnt', async () => {
  const model = await house.addModel(succeed, { limits: { concurrency: 4 } });
  await house.start();
  await house.untilReady();
  await model.close();
  await expect
    .poll(() => house.db.query.modelEndpoints.findFirst(), { timeout: 20_000 })
    .toMatchObject({ state: 'offline' });
  const ids: number[] = [];
  for (let i = 0; i < 60; i++) ids.push((await house.bringIn(`file ${i}`)).objectId);
  for (const id of ids) expect(await house.read(id)).toMatchObject({ state: 'queued', attempts: 0 });
  await house.addModel(succeed, { limits: { concurrency: 4 } }, Number(new URL(model.url).port));
  await house.untilFinal(...ids);
  for (const id of ids) expect(await house.read(id)).toMatchObject({ state: 'succeeded', attempts: 1 });
});

test('a worker that starts while a model is away leaves it among those that can be chosen', async () => {
  const model = await house.addModel(succeed);
  const first = await house.start({ graceSeconds: 0 });
  await house.untilReady();
  await first.close();
  await model.close();
  await house.start();
  const readEndpoint = () => house.db.query.modelEndpoints.findFirst();
  await expect.poll(readEndpoint).toMatchObject({ state: 'offline' });
  expect(await listCurrentModels(house.db)).toMatchObject([{ name: 'test_model', state: 'offline' }]);
});
