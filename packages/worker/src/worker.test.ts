import { hash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rename, rmdir, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { isAnyWorkerAlive, listCurrentModels, listModelEndpoints } from '@assay/db';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { oneResult, openTestWorkers, succeed, type TestWorkers } from './test-workers.ts';
import { sendJson } from './testing.ts';

let house: TestWorkers;

beforeEach(async () => {
  house = await openTestWorkers();
});
afterEach(() => house.close());

const fileName = `naïve 📷${'😀'.repeat(4000)}.png`;

/** Brings an object in as an upload does, and asks the test model for it. Returns the object's number. */
async function ask(bytes: Buffer, encoding: string | null = null): Promise<number> {
  const type = encoding
    ? ({ mediaType: 'text', mime: 'text/plain' } as const)
    : ({ mediaType: 'image', mime: 'image/png' } as const);
  return (await house.bringIn(bytes, { ...type, encoding, fileName })).objectId;
}

test('the model gets the bytes with their hash, and its answer is the result', async () => {
  const annotations = [{ label: 'thing', score: 0.5, box: { x: 0, y: 0.25, width: 0.5, height: 0.75 } }];
  const model = await house.addModel((res) => sendJson(res, 200, { ...oneResult, annotations }));
  await house.start();
  const bytes = Buffer.from('picture'.repeat(10));
  const id = await ask(bytes);
  await house.untilFinal(id);
  const prediction = await house.read(id);
  expect(prediction).toMatchObject({ state: 'succeeded', result: { n: 1 }, classes: ['n'], annotations, attempts: 1 });
  const [call] = model.calls;
  expect(call?.body).toEqual(bytes);
  expect(call?.headers).toMatchObject({
    'content-type': 'image/png',
    'content-length': String(bytes.length),
    'assay-object': hash('sha256', bytes),
    'assay-prediction': prediction?.id,
    // Not what it was called: others may see the result.
    'assay-file-name': hash('sha256', bytes),
  });
  expect(await isAnyWorkerAlive(house.db, 5)).toBe(true);
});

// Functions, since the runner would print the bytes.
const long = 'Zoë, '.repeat(500_000);
test.each([
  ['a small text', () => 'Zoë paid 5 €', 'windows-1252', () => Buffer.from('Zo\xeb paid 5 \x80', 'latin1')],
  ['a text with a mark', () => 'Zoë', 'utf-16le', () => Buffer.from('\ufeffZoë', 'utf16le')],
  ['a large text', () => long, 'utf-8', () => Buffer.from(`\ufeff${long}`)],
])('%s arrives as UTF-8 without its mark', async (_, text, encoding, bytes) => {
  const model = await house.addModel(succeed);
  await house.start();
  await house.untilFinal(await ask(bytes(), encoding));
  const [call] = model.calls;
  expect(hash('md5', call?.body ?? '')).toBe(hash('md5', text()));
  expect(call?.headers['content-type']).toBe('text/plain; charset=utf-8');
});

test('a refusal fails at once, in the model’s words', async () => {
  await house.addModel((res) => sendJson(res, 422, { error: { message: 'this is no picture' } }));
  await house.start();
  const id = await ask(Buffer.from('no picture'));
  await house.untilFinal(id);
  expect(await house.read(id)).toMatchObject({
    state: 'failed',
    reason: 'this is no picture',
    attempts: 1,
    result: null,
  });
});

test('the model’s own fault is tried again, and then is the reason', async () => {
  await house.addModel((res, _, n) => {
    if (n < 3) sendJson(res, 500, { error: { message: 'out of memory' } });
    else succeed(res);
  });
  await house.start();
  const id = await ask(Buffer.from('try me'));
  await house.untilFinal(id);
  expect(await house.read(id)).toMatchObject({ state: 'succeeded', attempts: 3, reason: null });
});

test.each<[what: string, respond: (res: ServerResponse) => void, reason: RegExp]>([
  [
    'an answer that breaks off',
    (res) => res.writeHead(200, { 'content-length': '99' }).write('{') && res.destroy(),
    /connection to the model broke/,
  ],
  [
    'an answer that is no JSON',
    (res) => res.writeHead(200, { 'content-type': 'application/json' }).end('NaN'),
    /not as the protocol says/,
  ],
  [
    'a box outside the picture',
    (res) =>
      sendJson(res, 200, { ...oneResult, annotations: [{ label: 'x', box: { x: 2, y: 0, width: 1, height: 1 } }] }),
    /annotations\[0\]\.box\.x/,
  ],
  ['a text with NUL', (res) => sendJson(res, 200, { classes: ['t'], result: { t: 'a\0b' } }), /NUL/],
])('%s is the model’s fault', async (_, respond, reason) => {
  await house.addModel(respond);
  await house.start();
  const id = await ask(Buffer.from(`object for ${reason}`));
  await expect
    .poll(() => house.read(id), { timeout: 20_000 })
    .toMatchObject({ state: 'queued', attempts: 1, reason: expect.stringMatching(reason) });
});

test('a model without time is asked later, and no attempt is burnt', async () => {
  const model = await house.addModel((res, _, n) => {
    if (n < 3) sendJson(res, 503, { error: { message: 'full' } }, { 'retry-after': '1' });
    else succeed(res);
  });
  await house.start();
  const id = await ask(Buffer.from('busy'));
  await house.untilFinal(id);
  expect(await house.read(id)).toMatchObject({ state: 'succeeded', attempts: 1 });
  expect(model.calls).toHaveLength(3);
});

test('work for a model that is away waits for it, and says since when', async () => {
  const model = await house.addModel(succeed);
  await house.start();
  await ask(Buffer.from('before'));
  await model.close();
  const id = await ask(Buffer.from('while it is away'));
  await expect
    .poll(() => house.read(id), { timeout: 20_000 })
    .toMatchObject({ state: 'queued', waitingSince: expect.any(String), attempts: 0 });
  await house.addModel(succeed, {}, Number(new URL(model.url).port));
  await house.untilFinal(id);
  expect(await house.read(id)).toMatchObject({ state: 'succeeded', attempts: 1, waitingSince: null });
});

test('when one address of a model is gone, another has the object at once', async () => {
  const models = [await house.addModel(succeed), await house.addModel(succeed)].sort((a, b) =>
    a.url < b.url ? -1 : 1,
  );
  const [gone] = models;
  await house.start();
  const isReady = async () => (await listModelEndpoints(house.db)).filter(({ state }) => state === 'ready').length;
  await expect.poll(isReady, { timeout: 10_000 }).toBe(2);
  await gone?.close();
  const id = await ask(Buffer.from('picture'));
  await house.untilFinal(id);
  expect(await house.read(id)).toMatchObject({ state: 'succeeded', attempts: 1 });
  expect(await house.db.execute(`select id from pgboss.job where name like 'predict.%'`)).toHaveLength(0);
});

test('bytes that have changed in the store are never sent as the object', async () => {
  const model = await house.addModel(succeed);
  await house.start();
  await expect.poll(() => listCurrentModels(house.db)).toHaveLength(1);
  model.health = 'starting';
  await expect.poll(async () => (await listCurrentModels(house.db))[0]?.state, { timeout: 10_000 }).toBe('starting');
  const bytes = Buffer.from('evidence');
  const id = await ask(bytes);
  const sha256 = hash('sha256', bytes);
  const place = join(house.folder, sha256.slice(0, 2), sha256);
  await chmod(place, 0o600);
  await writeFile(place, 'forgery!');
  model.health = 'ready';
  await house.untilFinal(id);
  expect(await house.read(id)).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining(`of ${sha256} hash to`),
  });
  expect(model.calls).toEqual([]);
});

test('a store that gives no bytes is asked again, and no attempt is burnt', async () => {
  const model = await house.addModel(succeed);
  await house.start();
  await expect.poll(() => listCurrentModels(house.db)).toHaveLength(1);
  model.health = 'starting';
  await expect.poll(async () => (await listCurrentModels(house.db))[0]?.state, { timeout: 10_000 }).toBe('starting');
  const bytes = Buffer.from('out of reach');
  const id = await ask(bytes);
  const sha256 = hash('sha256', bytes);
  const place = join(house.folder, sha256.slice(0, 2), sha256);
  await rename(place, `${place}.away`);
  await mkdir(place);
  model.health = 'ready';
  const reason = expect.stringMatching(/^The store did not give the object's bytes: EISDIR/);
  await expect.poll(() => house.read(id), { timeout: 20_000 }).toMatchObject({ state: 'queued', attempts: 0, reason });
  await rmdir(place);
  await rename(`${place}.away`, place);
  await house.untilFinal(id);
  expect(await house.read(id)).toMatchObject({ state: 'succeeded', attempts: 1 });
});

test('a worker that stops hands back what it has in hand, and another goes on', async () => {
  const model = await house.addModel((res, _, n) => {
    if (n > 1) succeed(res);
  });
  const worker = await house.start({ graceSeconds: 0.5, beatFile: join(house.folder, 'beat') });
  const id = await ask(Buffer.from('slow'));
  await expect.poll(() => model.calls.length).toBe(1);
  expect(Date.parse((await readFile(join(house.folder, 'beat'), 'utf8')).trim())).toBeGreaterThan(0);
  await worker.close();
  expect(await readdir(house.folder)).not.toContain('beat');
  expect(model.calls[0]?.aborted).toBe(true);
  expect(await house.read(id)).toMatchObject({ state: 'queued', attempts: 0 });
  expect(await isAnyWorkerAlive(house.db, 60)).toBe(false);
  await house.start();
  await house.untilFinal(id);
  expect(await house.read(id)).toMatchObject({ state: 'succeeded', attempts: 1 });
});

test('an object asked for once more is not predicted again', async () => {
  const model = await house.addModel(succeed);
  await house.start();
  const bytes = Buffer.from('once');
  await house.untilFinal(await ask(bytes));
  const id = await ask(bytes);
  expect(await house.read(id)).toMatchObject({ state: 'succeeded' });
  await house.untilFinal(await ask(Buffer.from('a later one')));
  expect(model.calls).toHaveLength(2);
  expect(await readdir(join(house.folder, 'incoming'))).toEqual([]);
});

test('a manifest with faults is not a model; its endpoint says which', async () => {
  await house.addModel(succeed, { accepts: ['picture'], version: 'new' });
  await house.start();
  const read = () => house.db.query.modelEndpoints.findFirst();
  await expect.poll(read).toMatchObject({ state: 'failed', detail: expect.stringMatching(/version[\s\S]*accepts/) });
  expect(await listCurrentModels(house.db)).toEqual([]);
});
