import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { addModelEndpoints, type Db, listModelEndpoints, openDatabase } from '@assay/db';
import { createTestDatabase, type TestDatabase } from '@assay/db/testing';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ModelRegistry, openRegistry } from './model-registry.ts';
import { askedModels, permitHosts } from './permitted-hosts.ts';
import { sendJson, startTestModel, type TestModel } from './testing.ts';

let database: TestDatabase;
let db: Db;
let closing: AsyncDisposableStack;

beforeEach(async () => {
  closing = new AsyncDisposableStack();
  database = await createTestDatabase();
  closing.defer(database.drop);
  const opened = openDatabase(database.url, { connections: 2 });
  closing.defer(opened.close);
  db = opened.db;
});
afterEach(() => closing.disposeAsync());

function startRegistry(): ModelRegistry {
  const events = { onFound: async () => {}, onAvailable() {}, onChange() {} };
  const registry = openRegistry({ db, log: pino({ level: 'silent' }), hosts: permitHosts([], askedModels) }, events);
  closing.defer(registry.close);
  return registry;
}

async function startModel(): Promise<TestModel> {
  const model = await startTestModel((res) => sendJson(res, 200, {}));
  closing.defer(model.close);
  return model;
}

const untilFound = (url: string, found: object) =>
  expect
    .poll(() => listModelEndpoints(db), { timeout: 10_000 })
    .toContainEqual(expect.objectContaining({ url, ...found }));

test('of several addresses of one model, the one with the least work is taken, and none twice for one prediction', async () => {
  const urls = [(await startModel()).url, (await startModel()).url];
  await addModelEndpoints(db, urls);
  const registry = startRegistry();
  for (const url of urls) await untilFound(url, { state: 'ready' });
  const modelId = (await listModelEndpoints(db))[0]?.modelId ?? 0;

  registry.allow(urls.map((url) => ({ url, calls: 2, isOurs: true })));
  const take = (tried: string[]) => registry.take(modelId, { tried: new Set(tried), isolation: 'none' });
  const first = take([]);
  const second = take([]);
  expect([first?.url, second?.url].sort()).toEqual(urls.sort());
  second?.release();
  expect(take([])?.url).toBe(second?.url);
  expect(take([second?.url ?? ''])?.url).toBe(first?.url);
  expect(take(urls)).toBeUndefined();
});

test('what is given up is not used before it is given again, even when the model is back', async () => {
  const model = await startModel();
  const { url } = model;
  await addModelEndpoints(db, [url]);
  const registry = startRegistry();
  await untilFound(url, { state: 'ready' });
  const modelId = (await listModelEndpoints(db))[0]?.modelId ?? 0;
  const take = () => registry.take(modelId, { tried: new Set(), isolation: 'none' });
  const all = [{ url, calls: 2, isOurs: true }];
  registry.allow(all);
  model.health = 'starting';
  await untilFound(url, { state: 'starting' });
  expect(registry.listWanted(() => false)).toEqual([]);
  model.health = 'ready';
  await untilFound(url, { state: 'ready' });
  expect(take()).toBeUndefined();
  registry.allow(all);
  expect(take()?.url).toBe(url);
});

test.each([
  ['http://169.254.169.254', /never asked/],
  ['http://10.255.255.1:9000', /not permitted.*ASSAY_MODEL_HOSTS/],
  ['http://[fd00:ec2::254]', /never asked/],
])('nobody is asked at %s, and the endpoint says why', async (url, reason) => {
  await addModelEndpoints(db, [url]);
  startRegistry();
  await untilFound(url, { state: 'failed', detail: expect.stringMatching(reason) });
});

test('a model that sends us elsewhere is not followed', async () => {
  const elsewhere = await startModel();
  let asked = 0;
  const countAsked = createServer((_, res) => {
    asked += 1;
    res.writeHead(302, { location: `${elsewhere.url}/health` }).end();
  });
  const url = await listen(countAsked);
  await addModelEndpoints(db, [url]);
  startRegistry();
  await untilFound(url, { state: 'failed', detail: 'GET /health answered 302', modelId: null });
  expect(asked).toBeGreaterThan(0);
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.defer(() => new Promise((resolve) => server.close(() => resolve()).closeAllConnections()));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
