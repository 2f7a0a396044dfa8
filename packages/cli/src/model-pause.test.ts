import { pathToFileURL } from 'node:url';
import { startTestApi, type TestApi } from '@assay/api/testing';
import { listCurrentModels } from '@assay/db';
import { defaultLimits } from '@assay/shared';
import { type RunningWorker, startWorker } from '@assay/worker';
import { sendJson, startTestModel, type TestModel } from '@assay/worker/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

let api: TestApi;
let model: TestModel;
let worker: RunningWorker;
let isBroken = true;

beforeEach(async () => {
  api = await startTestApi();
  model = await startTestModel((res) =>
    isBroken
      ? sendJson(res, 500, { error: { message: 'the disk of the model is full' } })
      : sendJson(res, 200, { classes: ['n'], result: { n: 1 } }),
  );
  worker = await startWorker({
    databaseUrl: api.databaseUrl,
    storageUrl: pathToFileURL(api.store).href,
    incoming: api.incoming,
    modelUrls: [model.url],
    modelHosts: [],
    limits: defaultLimits,
    logLevel: 'silent',
  });
  await expect.poll(() => listCurrentModels(api.db), { timeout: 20_000 }).toHaveLength(1);
});
afterEach(async () => {
  await worker.close();
  await model.close();
  await api.close();
});

interface Seen {
  name: string;
  pause: { since: string; reason: string; trialAt: string } | null;
}

async function readPause(headers: Record<string, string>) {
  const answer = await fetch(`${api.url}/trpc/models.seen`, { headers });
  const { result } = (await answer.json()) as { result: { data: Seen[] } };
  return result.data[0]?.pause;
}

test('an administrator sees why a model is paused, gives it work again, and all that waited is done', async () => {
  const headers = await api.signIn();
  const form = new FormData();
  form.append('models', 'test_model');
  for (let i = 0; i < 10; i++) form.append('objects', new Blob([`File ${i}.`]), `${i}.txt`);
  const answer = await fetch(`${api.url}/model/predict`, { method: 'POST', headers, body: form });
  expect(answer.status).toBe(202);
  await expect
    .poll(() => readPause(headers), { timeout: 20_000 })
    .toMatchObject({ reason: 'The model answered 500: the disk of the model is full', since: expect.any(String) });
  const waiting = await api.db.query.predictions.findMany();
  expect(waiting.filter(({ state }) => state === 'failed')).toEqual([]);
  expect(waiting.filter(({ attempts }) => attempts > 1)).toEqual([]);

  isBroken = false;
  await api.mutate('models.resume', headers, { model: 'test_model' });
  const countDone = async () =>
    (await api.db.query.predictions.findMany()).filter(({ state }) => state === 'succeeded').length;
  await expect.poll(countDone, { timeout: 30_000 }).toBe(10);
  expect(await readPause(headers)).toBeNull();
});
