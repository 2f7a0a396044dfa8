import { type ChildProcess, spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { startTestApi, type TestApi } from '@assay/api/testing';
import { listCurrentModels } from '@assay/db';
import { type ObjectResults, type PredictionView, uploadAnswerSchema } from '@assay/shared';
import { sendJson, startTestModel, type TestModel } from '@assay/worker/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkout } from './checkout.ts';

let api: TestApi;
let auth: { authorization: string };
let model: TestModel;
let worker: ChildProcess;
/** Of each worker process. */
let ends: (() => void)[];

beforeEach(async () => {
  ends = [];
  api = await startTestApi();
  auth = await api.signIn();
});
afterEach(async () => {
  for (const end of ends) end();
  await model.close();
  await api.close();
});

/** Started again when it ends, as whoever runs workers does. */
function startWorkerProcess(env: NodeJS.ProcessEnv = {}): void {
  worker = spawnWorker([], env);
  const ended = worker;
  const again = () => startWorkerProcess(env);
  ended.once('exit', again);
  ends.push(() => ended.off('exit', again));
}

function spawnWorker(args: string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const spawned = spawn(process.execPath, [checkout.main, 'worker', ...args], {
    stdio: 'ignore',
    env: {
      ...process.env,
      ...{
        DATABASE_URL: api.databaseUrl,
        ASSAY_STORAGE_URL: pathToFileURL(api.store).href,
        ASSAY_MODEL_URLS: model.url,
      },
      ...env,
    },
  });
  ends.push(() => spawned.kill('SIGKILL'));
  return spawned;
}

async function upload(texts: string[]): Promise<string[]> {
  const form = new FormData();
  form.append('models', 'test_model');
  for (const text of texts) form.append('objects', new Blob([text]), `${text}.txt`);
  const answer = await fetch(`${api.url}/model/predict`, { method: 'POST', headers: auth, body: form });
  return uploadAnswerSchema.parse(await answer.json()).objects.map(({ sha256 }) => sha256);
}

async function readPredictions(hashes: string[]): Promise<PredictionView[]> {
  const answer = await fetch(`${api.url}/model/results`, {
    method: 'POST',
    headers: { ...auth, 'content-type': 'application/json' },
    body: JSON.stringify(hashes),
  });
  return ((await answer.json()) as ObjectResults[]).flatMap((entry) => (entry.found ? entry.predictions : []));
}

const succeed = (res: Parameters<typeof sendJson>[0]) => sendJson(res, 200, { classes: ['n'], result: { n: 1 } });
const isPoison = (body: Buffer) => body.toString() === 'poison';
const neighbours = Array.from({ length: 9 }, (_, i) => `neighbour ${i}`);

/** The poison among its neighbours; all are asked for before the model takes work. */
async function runAll(): Promise<[poison: PredictionView | undefined, others: PredictionView[]]> {
  await expect.poll(() => listCurrentModels(api.db), { timeout: 60_000 }).toHaveLength(1);
  const hashes = await upload([...neighbours.slice(0, 3), 'poison', ...neighbours.slice(3)]);
  model.health = 'ready';
  const untilDone = async () => (await readPredictions(hashes)).filter(({ finishedAt }) => finishedAt !== null).length;
  await expect.poll(untilDone, { timeout: 150_000, interval: 200 }).toBe(10);
  const all = await readPredictions(hashes);
  return [all[3], all.toSpliced(3, 1)];
}

test('a thread that needs more memory than it has ends; so does its prediction after its attempts, and nothing else', async () => {
  const large = `{"classes":[],"result":{},"annotations":[${Array(300_000).fill('{"label":"a"}').join(',')}]}`;
  let held = 0;
  let hasStruck = false;
  model = await startTestModel(
    (res, { body }) => {
      if (isPoison(body)) {
        hasStruck = true;
        res.writeHead(200, { 'content-type': 'application/json' }).end(large);
      } else if (hasStruck || held === 3) succeed(res);
      // Three neighbours are in the thread's hands when it ends for the first time.
      else held += 1;
    },
    { limits: { concurrency: 4 } },
  );
  model.health = 'starting';
  startWorkerProcess({ ASSAY_THREAD_HEAP_MB: '40' });
  const { pid } = worker;
  const [poison, others] = await runAll();
  expect(poison).toMatchObject({
    ...{ state: 'failed', fault: 'model', attempts: 4 },
    reason: expect.stringMatching(/^The thread that had it in hand ended: .*memory/),
  });
  for (const other of others) expect(other).toMatchObject({ state: 'succeeded', attempts: 1 });
  expect(held).toBe(3);
  expect(worker.pid).toBe(pid);
  expect(worker.exitCode).toBeNull();
}, 240_000);

test('an object that ends the whole worker, again and again, fails after its attempts, and nothing else', async () => {
  let deaths = 0;
  // What the system does to a process that takes too much memory.
  model = await startTestModel(
    (res, { body }) => {
      if (!isPoison(body)) return void setTimeout(() => succeed(res), 50);
      deaths += 1;
      worker.kill('SIGKILL');
    },
    { limits: { concurrency: 4 } },
  );
  model.health = 'starting';
  startWorkerProcess();
  // It serves no model here, and notices at once who is gone.
  spawnWorker(['--models', 'another']);
  const [poison, others] = await runAll();
  expect(poison).toMatchObject({
    ...{ state: 'failed', fault: 'unknown', attempts: 4 },
    reason: 'Its worker ended while it ran',
  });
  for (const other of others) expect(other).toMatchObject({ state: 'succeeded', attempts: 1 });
  // Once among others, it may be once more while others waited beside it, and then for its attempts.
  expect([5, 6]).toContain(deaths);
}, 240_000);
