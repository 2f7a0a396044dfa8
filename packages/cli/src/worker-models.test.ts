import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { startTestApi, type TestApi } from '@assay/api/testing';
import { listCurrentModels } from '@assay/db';
import type { ObjectResults } from '@assay/shared';
import { sendJson, startTestModel, type TestModel } from '@assay/worker/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkout } from './checkout.ts';

let api: TestApi;
let models: TestModel[];
const workers: ChildProcess[] = [];

beforeAll(async () => {
  api = await startTestApi();
  models = await Promise.all(
    ['first', 'second', 'third'].map((name) =>
      startTestModel((res) => sendJson(res, 200, { classes: ['n'], result: { n: 1 } }), { name }),
    ),
  );
});
afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await Promise.all(models.map((model) => model.close()));
  await api.close();
});

function startWorkerProcess(...args: string[]): ChildProcess {
  const worker = spawn(process.execPath, [checkout.main, 'worker', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      DATABASE_URL: api.databaseUrl,
      ASSAY_STORAGE_URL: pathToFileURL(api.store).href,
      ASSAY_MODEL_URLS: models.map(({ url }) => url).join(),
    },
  });
  workers.push(worker);
  return worker;
}

test('assay worker --models serves these and leaves the others to other workers', async () => {
  const auth = await api.signIn();
  startWorkerProcess('--models', 'first, second');
  const listReady = async () => (await listCurrentModels(api.db)).filter(({ state }) => state === 'ready');
  await expect.poll(listReady, { timeout: 50_000 }).toHaveLength(3);
  const form = new FormData();
  for (const { name } of models) form.append('models', name);
  for (let i = 0; i < 5; i++) form.append('objects', new Blob([`File ${i}`]), `${i}.txt`);
  const sent = await fetch(`${api.url}/model/predict`, { method: 'POST', headers: auth, body: form });
  expect(sent.status).toBe(202);
  const { objects } = (await sent.json()) as { objects: { sha256: string }[] };
  const count = async () => {
    const answer = await fetch(`${api.url}/model/results`, {
      method: 'POST',
      headers: auth,
      body: JSON.stringify(objects.map(({ sha256 }) => sha256)),
    });
    const entries = (await answer.json()) as ObjectResults[];
    const all = entries.flatMap((entry) => (entry.found ? entry.predictions : []));
    return Object.fromEntries(
      [...Map.groupBy(all, ({ model, state }) => `${model} ${state}`)].map(([name, own]) => [name, own.length]),
    );
  };
  const patience = { timeout: 50_000 };
  await expect.poll(count, patience).toEqual({ 'first succeeded': 5, 'second succeeded': 5, 'third queued': 5 });
  expect(models[2]?.calls).toHaveLength(0);

  startWorkerProcess('--models', 'third');
  await expect.poll(count, patience).toEqual({ 'first succeeded': 5, 'second succeeded': 5, 'third succeeded': 5 });
  for (const { calls } of models) expect(calls).toHaveLength(5);
}, 120_000);

test('a name that no model can have is refused, with the name', async () => {
  const worker = startWorkerProcess('--models', 'first,No Model');
  let said = '';
  worker.stderr?.on('data', (text) => {
    said += text;
  });
  expect(await once(worker, 'exit')).toEqual([1, null]);
  expect(said).toContain('"No Model" is none');
});
