import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { pathToFileURL } from 'node:url';
import { startTestApi, type TestApi } from '@assay/api/testing';
import { listCurrentModels } from '@assay/db';
import { startTestModel, type TestModel } from '@assay/worker/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { checkout } from './checkout.ts';

let api: TestApi;
let model: TestModel;
let count = 0;

beforeAll(async () => {
  api = await startTestApi();
});
beforeEach(async () => {
  // Answers nothing, so that what it was asked for stays in hand; another each time, since a worker may leave it in use.
  count += 1;
  model = await startTestModel(() => {}, { name: `model_${count}`, limits: { concurrency: 4 } });
});
afterEach(() => model.close());
afterAll(() => api.close());

/** The way to the database: it can be cut, left without an answer, and used again. */
async function openLine() {
  const { hostname, port } = new URL(api.databaseUrl);
  const ends = new Set<Socket>();
  let state: 'open' | 'cut' | 'silent' = 'open';
  let cutAt: string | undefined;
  const cut = () => {
    state = 'cut';
    for (const end of ends) end.destroy();
  };
  const server = createServer((near) => {
    near.on('error', () => {}); // it is cut
    if (state === 'cut') return void near.destroy();
    const far = connect(Number(port), hostname);
    far.on('error', () => {}); // it is cut
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(end);
      end.on('data', (bytes) => {
        if (cutAt !== undefined && bytes.includes(cutAt)) return cut();
        if (state === 'open') other.write(bytes);
      });
      end.once('close', () => {
        ends.delete(end);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    cut();
    server.close();
  });
  const url = new URL(api.databaseUrl);
  // Not by its own socket.
  url.searchParams.delete('host');
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    cut,
    cutAt: (bytes: string) => {
      cutAt = bytes;
    },
    mend: () => {
      state = 'open';
    },
    silence: () => {
      state = 'silent';
    },
    get connections() {
      return ends.size / 2;
    },
  };
}

function startWorkerAt(databaseUrl: string): { worker: ChildProcess; said: string[]; ended: Promise<unknown[]> } {
  const said: string[] = [];
  const worker = spawn(process.execPath, [checkout.main, 'worker'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      LOG_LEVEL: 'warn',
      DATABASE_URL: databaseUrl,
      ASSAY_STORAGE_URL: pathToFileURL(api.store).href,
      ASSAY_MODEL_URLS: model.url,
      ASSAY_GRACE_SECONDS: '0.2',
    },
  });
  for (const stream of [worker.stdout, worker.stderr]) stream.on('data', (text) => said.push(String(text)));
  onTestFinished(() => void worker.kill('SIGKILL'));
  return { worker, said, ended: once(worker, 'exit') };
}

/** Until a worker has four predictions in hand. */
async function giveWork(): Promise<void> {
  const names = async () => (await listCurrentModels(api.db)).map(({ name }) => name);
  await expect.poll(names, { timeout: 50_000 }).toContain(model.name);
  const form = new FormData();
  form.append('models', model.name);
  for (let i = 0; i < 8; i++) form.append('objects', new Blob([`Something ${Math.random()}`]), `${i}.txt`);
  const headers = await api.signIn();
  const answer = await fetch(`${api.url}/model/predict`, { method: 'POST', headers, body: form });
  expect(answer.status).toBe(202);
  await expect.poll(() => model.calls.length, { timeout: 50_000 }).toBe(4);
}

test.each([
  { how: 'is away', happens: (line: Line) => line.cut() },
  {
    how: 'is away, and back while it stops',
    happens(line: Line) {
      line.cut();
      setTimeout(line.mend, 100);
    },
  },
  { how: 'answers nothing', happens: (line: Line) => line.silence() },
])(
  'a worker with work in hand stops when it is told to while the database $how',
  async ({ happens }) => {
    const line = await openLine();
    const { worker, said, ended } = startWorkerAt(line.url);
    await giveWork();
    happens(line);
    worker.kill('SIGTERM');
    expect(await ended, said.join('')).toEqual([0, null]);
  },
  90_000,
);

type Line = Awaited<ReturnType<typeof openLine>>;

test('a worker whose database goes away while it starts says so and ends', async () => {
  const line = await openLine();
  line.cutAt('insert into "workers"');
  const { said, ended } = startWorkerAt(line.url);
  expect(await ended).toEqual([1, null]);
  expect(said.join('')).toMatch(/CONNECTION|ECONNRE/);
}, 90_000);

test('a worker that stops hands back what it has in hand, at no cost, and is no worker any more', async () => {
  const line = await openLine();
  const { worker, said, ended } = startWorkerAt(line.url);
  await giveWork();
  const own = `from predictions p join models m on m.id = p.model_id where m.name = '${model.name}'`;
  const held = () => api.db.execute(`select 1 ${own} and p.state = 'running'`);
  await expect.poll(held, { timeout: 50_000 }).not.toHaveLength(0);
  worker.kill('SIGTERM');
  expect(await ended, said.join('')).toEqual([0, null]);
  expect(await held()).toHaveLength(0);
  expect(await api.db.execute(`select 1 ${own} and p.state = 'queued' and p.attempts = 0`)).toHaveLength(8);
  expect(line.connections).toBe(0);
}, 90_000);
