import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppRouter } from '@assay/api';
import { startTestApi, type TestApi } from '@assay/api/testing';
import { replaceBundledModels, replaceConfiguredModels } from '@assay/db';
import { defaultLimits } from '@assay/shared';
import { startWorker } from '@assay/worker';
import { sendJson, startTestModel } from '@assay/worker/testing';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import { afterAll, beforeAll, expect, test } from 'vitest';

let api: TestApi;
let headers: Record<string, string>;
const closing = new AsyncDisposableStack();

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-test-register-'));
  closing.defer(() => rm(folder, { recursive: true }));
  api = await startTestApi();
  closing.defer(api.close);
  const worker = await startWorker({
    databaseUrl: api.databaseUrl,
    storageUrl: `file://${api.store}`,
    incoming: join(folder, 'incoming'),
    modelUrls: [],
    modelHosts: [],
    limits: defaultLimits,
    logLevel: 'silent',
  });
  closing.defer(worker.close);
  headers = { ...(await api.signIn()), 'content-type': 'application/json' };
});
afterAll(() => closing.disposeAsync());

async function register(question: unknown) {
  const answer = await fetch(`${api.url}/model/register`, { method: 'POST', headers, body: JSON.stringify(question) });
  const body = (await answer.json()) as { error?: { details: unknown[] } };
  return { status: answer.status, body };
}

async function startModel(manifest: Record<string, unknown>) {
  const model = await startTestModel((res) => sendJson(res, 200, {}), manifest);
  closing.defer(model.close);
  return model;
}

const client = () =>
  createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: `${api.url}/trpc`, headers: () => headers })] });

const countAddresses = async () => (await api.db.execute('select url from model_endpoints')).length;

test('a model that says where it is takes part, and still does when Assay starts again', async () => {
  const { url } = await startModel({ name: 'plate_reader', version: '2.0.1' });
  const registered = { status: 201, body: { url, name: 'plate_reader', version: '2.0.1', accepts: ['image', 'text'] } };
  expect(await register({ url })).toMatchObject(registered);
  expect(await register({ url })).toMatchObject(registered);
  await replaceConfiguredModels(api.db, []);
  const listed = await fetch(`${api.url}/model/list`, { headers });
  expect(await listed.json()).toMatchObject({ models: ['plate_reader'] });
});

test('an address that the operator named is looked at again when it is registered, and stays when it is none', async () => {
  const model = await startModel({ name: 'late_riser', accepts: ['picture'] });
  await replaceConfiguredModels(api.db, [model.url]);
  // Each refusal is of a look that came after the question.
  for (let i = 0; i < 2; i++) expect((await register({ url: model.url })).status).toBe(400);
  const port = Number(new URL(model.url).port);
  await model.close();
  const away = await register({ url: model.url });
  expect(away.body.error?.details).toEqual([
    expect.objectContaining({ message: expect.stringMatching(/Does not answer/) }),
  ]);
  const mended = await startTestModel((res) => sendJson(res, 200, {}), { name: 'late_riser' }, port);
  closing.defer(mended.close);
  expect(await register({ url: model.url })).toMatchObject({
    status: 201,
    body: { name: 'late_riser', state: 'ready' },
  });
});

test('an address that was registered is taken out again; the model stays on record, without an address', async () => {
  const { url } = await startModel({ name: 'short_guest', version: '1.0.0' });
  await register({ url });
  const { models } = client();
  const find = async () => (await models.seen.query()).find(({ name }) => name === 'short_guest');
  expect(await find()).toMatchObject({ isCurrent: true, addresses: 1, answering: 1 });
  await models.removeAddress.mutate({ url });
  expect(await find()).toMatchObject({ isCurrent: false, addresses: 0, state: 'offline', stateSince: null });
  expect((await models.addresses.query()).map((address) => address.url)).not.toContain(url);
  await expect(models.removeAddress.mutate({ url })).rejects.toMatchObject({ data: { appCode: 'not_found' } });
  // What was taken out can come again.
  expect((await register({ url })).status).toBe(201);
  expect(await find()).toMatchObject({ isCurrent: true, addresses: 1 });
});

test('an address that the operator named, or that comes with Assay, stays, and the refusal says why', async () => {
  const [named, bundled] = await Promise.all([startModel({ name: 'named' }), startModel({ name: 'bundled' })]);
  await replaceConfiguredModels(api.db, [named.url]);
  await replaceBundledModels(api.db, [{ name: 'bundled', url: bundled.url }]);
  const { models } = client();
  for (const [url, reason] of [
    [named.url, /ASSAY_MODEL_URLS names it/],
    [bundled.url, /comes with Assay/],
  ] as const)
    await expect(models.removeAddress.mutate({ url })).rejects.toMatchObject({
      message: expect.stringMatching(reason),
      data: { appCode: 'not_removable', httpStatus: 409 },
    });
  const origins = new Map((await models.addresses.query()).map(({ url, origin }) => [url, origin]));
  expect([origins.get(named.url), origins.get(bundled.url)]).toEqual(['configured', 'bundled']);
});

test.each<[what: string, url: () => Promise<string> | string, message: RegExp]>([
  ['with faults in its manifest', async () => (await startModel({ accepts: ['picture'] })).url, /accepts\[0\]/],
  ['that does not answer', () => 'http://127.0.0.1:9', /Does not answer/],
  ['on a host that is not permitted', () => 'http://10.255.255.1', /not permitted.*ASSAY_MODEL_HOSTS/],
  ['where clouds give out keys', () => 'http://169.254.169.254/latest/meta-data', /never asked/],
  ['that is no web address', () => 'file:///etc/passwd', /http or https/],
])('one %s is refused, and nothing is kept', async (_, url, message) => {
  const before = await countAddresses();
  const { status, body } = await register({ url: await url() });
  expect(status).toBe(400);
  expect(body.error?.details).toEqual([
    expect.objectContaining({ field: 'url', message: expect.stringMatching(message) }),
  ]);
  expect(await countAddresses()).toBe(before);
});
