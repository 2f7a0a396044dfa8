import { listModelPauses, resumeModel } from '@assay/db';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestWorkers, succeed, type TestWorkers } from './test-workers.ts';
import { sendJson } from './testing.ts';

let house: TestWorkers;

beforeEach(async () => {
  house = await openTestWorkers();
});
afterEach(() => house.close());

const listPauses = async () => [...(await listModelPauses(house.db)).values()];

test('a model that fails at everything is paused: its work waits, no attempt burnt, until it is given work again', async () => {
  let isBroken = true;
  const model = await house.addModel((res) =>
    isBroken ? sendJson(res, 500, { error: { message: 'no memory' } }) : succeed(res),
  );
  await house.start();
  const ids: number[] = [];
  for (let i = 0; i < 12; i++) ids.push((await house.bringIn(`file ${i}`)).objectId);
  await expect.poll(listPauses, { timeout: 20_000 }).toMatchObject([{ reason: 'The model answered 500: no memory' }]);
  // A trial goes out, and fails.
  const before = model.calls.length;
  await expect.poll(() => model.calls.length, { timeout: 20_000 }).toBeGreaterThan(before);
  await expect.poll(listPauses).toMatchObject([{ trials: expect.any(Number) }]);
  // One that is tried just now counts until it has failed.
  const readAttempts = () => Promise.all(ids.map(async (id) => (await house.read(id))?.attempts ?? 0));
  await expect.poll(async () => (await readAttempts()).filter((n) => n > 0).length).toBeLessThan(5);
  await expect.poll(async () => Math.max(...(await readAttempts()))).toBeLessThanOrEqual(2);
  isBroken = false;
  const [pause] = await listPauses();
  await resumeModel(house.db, pause?.modelId ?? 0);
  await house.untilFinal(...ids);
  for (const id of ids) expect(await house.read(id)).toMatchObject({ state: 'succeeded' });
  expect(await listPauses()).toEqual([]);
}, 60_000);

test('a trial that fails goes to the end of the line, and one that goes well ends the pause', async () => {
  await house.addModel((res, { body }) =>
    body.toString().startsWith('poison') ? sendJson(res, 500, {}) : succeed(res),
  );
  await house.start();
  for (let i = 0; i < 5; i++) await house.bringIn(`poison ${i}`, { place: 100 });
  await expect.poll(async () => (await listPauses()).length, { timeout: 20_000 }).toBe(1);
  // First in the line, and no better.
  await house.bringIn('poison 5');
  const { objectId } = await house.bringIn('well', { place: 8 });
  await house.untilFinal(objectId);
  expect(await house.read(objectId)).toMatchObject({ state: 'succeeded', attempts: 1 });
}, 60_000);
