import { cancelPredictions, type WorkScope } from '@assay/db';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestWorkers, type TestWorkers } from './test-workers.ts';

let house: TestWorkers;

beforeEach(async () => {
  house = await openTestWorkers();
});
afterEach(() => house.close());

interface Asked {
  prediction: string;
  run: string;
  model: number;
}

test.each<[string, (asked: Asked) => WorkScope]>([
  ['a prediction', ({ prediction }) => ({ predictionId: prediction })],
  ['a run', ({ run }) => ({ runId: run })],
  ['all of a model', ({ model }) => ({ modelId: model, model: 'test_model' })],
])('cancelling %s ends the call to the model', async (_, scopeOf) => {
  const model = await house.addModel(() => {}); // never answers
  await house.start();
  const { objectId, runId } = await house.bringIn('a long one');
  await expect.poll(() => model.calls.length).toBe(1);
  const { id = '' } = (await house.read(objectId)) ?? {};
  const { id: modelId = 0 } = (await house.db.query.models.findFirst()) ?? {};
  const scope = scopeOf({ prediction: id, run: runId, model: modelId });
  expect(await cancelPredictions(house.db, house.sender, scope, { id: 'ada' })).toBe(1);
  await expect.poll(() => model.calls[0]?.aborted).toBe(true);
  expect(await house.read(objectId)).toMatchObject({ state: 'cancelled', cancelledBy: 'ada', result: null });
});
