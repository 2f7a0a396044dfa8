import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { startTestApi, type TestApi } from '@assay/api/testing';
import { listCurrentModels } from '@assay/db';
import { type ObjectResults, type PredictionView, uploadAnswerSchema } from '@assay/shared';
import { sendJson, startTestModel, type TestModel } from '@assay/worker/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkout } from './checkout.ts';

let api: TestApi;
let model: TestModel;
let auth: { authorization: string };
const workers: ChildProcess[] = [];

beforeAll(async () => {
  api = await startTestApi();
  auth = await api.signIn();
  // 50 predictions, 4 at a time, of 100 ms: time enough to die in the middle.
  model = await startTestModel(
    (res, { body }) => setTimeout(() => sendJson(res, 200, { classes: ['n'], result: { n: body.length } }), 100),
    { limits: { concurrency: 4 } },
  );
});
afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await model.close();
  await api.close();
});

function startWorkerProcess(): ChildProcess {
  const worker = spawn(process.execPath, [checkout.main, 'worker'], {
    stdio: 'ignore',
    env: {
      ...process.env,
      DATABASE_URL: api.databaseUrl,
      ASSAY_STORAGE_URL: pathToFileURL(api.store).href,
      ASSAY_MODEL_URLS: model.url,
    },
  });
  workers.push(worker);
  return worker;
}

async function upload(): Promise<string[]> {
  const form = new FormData();
  form.append('models', 'test_model');
  for (let i = 0; i < 50; i++) form.append('objects', new Blob([`File ${'x'.repeat(i)}`]), `file ${i}.txt`);
  const answer = await fetch(`${api.url}/model/predict`, { method: 'POST', headers: auth, body: form });
  return uploadAnswerSchema.parse(await answer.json()).objects.map(({ sha256 }) => sha256);
}

async function readPredictions(hashes: string[]): Promise<(PredictionView & { size: number })[]> {
  const answer = await fetch(`${api.url}/model/results`, {
    method: 'POST',
    headers: { ...auth, 'content-type': 'application/json' },
    body: JSON.stringify(hashes),
  });
  const results = (await answer.json()) as ObjectResults[];
  return results.flatMap((entry) => (entry.found ? entry.predictions.map((p) => ({ ...p, size: entry.size })) : []));
}

test('a worker killed in the middle of 50 predictions: the next one ends them all, none twice, none lost', async () => {
  const first = startWorkerProcess();
  await expect.poll(() => listCurrentModels(api.db), { timeout: 20_000 }).toHaveLength(1);
  const hashes = await upload();
  const done = async () => (await readPredictions(hashes)).filter(({ state }) => state === 'succeeded');
  await expect.poll(async () => (await done()).length, { timeout: 20_000 }).toBeGreaterThan(10);
  first.kill('SIGKILL');
  await once(first, 'exit');
  const before = await done();
  expect(before.length).toBeLessThan(50);

  startWorkerProcess();
  await expect.poll(async () => (await done()).length, { timeout: 60_000, interval: 200 }).toBe(50);
  const after = await readPredictions(hashes);
  expect(after).toHaveLength(50);
  for (const prediction of after) expect(prediction.result).toEqual({ n: prediction.size });
  // What had a result keeps it, and its model is not asked again.
  expect(after).toEqual(expect.arrayContaining(before));
  const asked = model.calls.map(({ headers }) => headers['assay-prediction']);
  for (const { id } of before) expect(asked.filter((other) => other === id)).toHaveLength(1);
  // The others: once, or once more if the dead worker had them in hand; it may have died before it asked.
  for (const { id, attempts } of after) {
    const times = asked.filter((other) => other === id).length;
    expect(times).toBeGreaterThanOrEqual(1);
    expect(times).toBeLessThanOrEqual(2);
    // A worker's death is not the object's fault.
    expect(attempts).toBe(1);
  }
  const labels = await api.db.query.labels.findMany();
  expect(labels).toHaveLength(50);
}, 120_000);
