import { hash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import {
  addToRuns,
  type Db,
  ensureRuns,
  insertObjects,
  insertUploads,
  isAnyWorkerAlive,
  type JobSender,
  listCurrentModels,
  listModelEndpoints,
  listPredictionsOf,
  listUploadCases,
  openDatabase,
  openSender,
  requestPredictions,
} from '@assay/db';
import { createTestDatabase, type TestDatabase } from '@assay/db/testing';
import { defaultLimits, type PredictionView } from '@assay/shared';
import { discardFile, type ObjectStore, openStore, stageFile } from '@assay/storage';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type RunningWorker, startWorker } from './main.ts';
import { sendJson, startTestModel, type TestModel } from './testing.ts';

let database: TestDatabase;
let db: Db;
let closeDb: () => Promise<void>;
let folder: string;
let store: ObjectStore;
let sender: JobSender;
let model: TestModel | undefined;
let worker: RunningWorker | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-test-worker-'));
  store = await openStore(pathToFileURL(folder).href);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

beforeEach(async () => {
  database = await createTestDatabase();
  ({ db, close: closeDb } = openDatabase(database.url, { connections: 2 }));
  sender = await openSender(db);
  await db.execute(`insert into "user" (id, name, email, username) values ('ada', 'Ada', 'ada@assay.invalid', 'ada')`);
});
afterEach(async () => {
  await worker?.close();
  await model?.close();
  [worker, model] = [undefined, undefined];
  await sender.close();
  await closeDb();
  await database.drop();
});

const start = (modelUrls = model ? [model.url] : []) =>
  startWorker({
    databaseUrl: database.url,
    storageUrl: pathToFileURL(folder).href,
    incoming: store.incoming,
    modelUrls,
    modelHosts: [],
    limits: defaultLimits,
    logLevel: 'silent',
    beatFile: join(folder, 'beat'),
  });

const ada = { id: 'ada' };

/** Brings an object in as an upload does, and asks the test model for it. Returns the object's number. */
async function ask(bytes: Buffer, encoding: string | null = null): Promise<number> {
  await expect.poll(() => listCurrentModels(db)).toHaveLength(1);
  const [chosen] = await listCurrentModels(db);
  if (!chosen) throw new Error('no model');
  const { path, type: _, ...facts } = await stageFile(Readable.from([bytes]), store);
  await store.put(path, facts.sha256);
  await discardFile({ path });
  return db.transaction(async (tx) => {
    const mediaType = encoding ? 'text' : 'image';
    const object = { ...facts, encoding, mediaType, mime: encoding ? 'text/plain' : 'image/png' } as const;
    const id = (await insertObjects(tx, ada, [object])).get(facts.sha256)?.id ?? 0;
    const run = crypto.randomUUID();
    const [within] = await listUploadCases(tx, ada, undefined);
    const caseId = within?.id ?? '';
    await ensureRuns(tx, ada, [{ id: run, caseId }]);
    const upload = {
      id: run,
      objectId: id,
      runId: run,
      caseId,
      uploadedBy: 'ada',
      fileName: `naïve 📷${'😀'.repeat(4000)}.png`,
      position: 0,
    };
    await insertUploads(tx, [upload]);
    const predictions = await requestPredictions(tx, [{ objectId: id, modelId: chosen.id }]);
    await addToRuns(
      tx,
      predictions.map(({ id }) => ({ runId: run, predictionId: id })),
    );
    await sender.send(
      tx,
      chosen.id,
      predictions.filter(({ isNew }) => isNew),
    );
    return id;
  });
}

async function read(objectId: number): Promise<PredictionView | undefined> {
  return (await listPredictionsOf(db, ada, [objectId])).get(objectId)?.[0];
}

const untilFinal = (objectId: number) =>
  expect.poll(() => read(objectId), { timeout: 20_000 }).toMatchObject({ finishedAt: expect.any(String) });

const answer = { classes: ['n'], result: { n: 1 } };
const succeed = (res: ServerResponse) => sendJson(res, 200, answer);

test('the model gets the bytes with their hash, and its answer is the result', async () => {
  const annotations = [{ label: 'thing', score: 0.5, box: { x: 0, y: 0.25, width: 0.5, height: 0.75 } }];
  model = await startTestModel((res) => sendJson(res, 200, { ...answer, annotations }));
  worker = await start();
  const bytes = Buffer.from('picture'.repeat(10));
  const id = await ask(bytes);
  await untilFinal(id);
  const prediction = await read(id);
  expect(prediction).toMatchObject({ state: 'succeeded', result: { n: 1 }, classes: ['n'], annotations, attempts: 1 });
  const [call] = model.calls;
  expect(call?.body).toEqual(bytes);
  expect(call?.headers).toMatchObject({
    'content-type': 'image/png',
    'content-length': String(bytes.length),
    'assay-object': hash('sha256', bytes),
    'assay-prediction': prediction?.id,
    'assay-file-name': encodeURIComponent(`naïve 📷${'😀'.repeat(293)}`),
  });
  expect(await isAnyWorkerAlive(db, 5)).toBe(true);
});

// Functions, since the runner would print the bytes.
const long = 'Zoë, '.repeat(500_000);
test.each([
  ['a small text', () => 'Zoë paid 5 €', 'windows-1252', () => Buffer.from('Zo\xeb paid 5 \x80', 'latin1')],
  ['a text with a mark', () => 'Zoë', 'utf-16le', () => Buffer.from('\ufeffZoë', 'utf16le')],
  ['a large text', () => long, 'utf-8', () => Buffer.from(`\ufeff${long}`)],
])('%s arrives as UTF-8 without its mark', async (_, text, encoding, bytes) => {
  model = await startTestModel(succeed);
  worker = await start();
  await untilFinal(await ask(bytes(), encoding));
  const [call] = model.calls;
  expect(hash('md5', call?.body ?? '')).toBe(hash('md5', text()));
  expect(call?.headers['content-type']).toBe('text/plain; charset=utf-8');
});

test('a refusal fails at once, in the model’s words', async () => {
  model = await startTestModel((res) => sendJson(res, 422, { error: { message: 'this is no picture' } }));
  worker = await start();
  const id = await ask(Buffer.from('no picture'));
  await untilFinal(id);
  expect(await read(id)).toMatchObject({ state: 'failed', reason: 'this is no picture', attempts: 1, result: null });
});

test('the model’s own fault is tried again, and then is the reason', async () => {
  model = await startTestModel((res, _, n) => {
    if (n < 3) sendJson(res, 500, { error: { message: 'out of memory' } });
    else succeed(res);
  });
  worker = await start();
  const id = await ask(Buffer.from('try me'));
  await untilFinal(id);
  expect(await read(id)).toMatchObject({ state: 'succeeded', attempts: 3, reason: null });
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
    (res) => sendJson(res, 200, { ...answer, annotations: [{ label: 'x', box: { x: 2, y: 0, width: 1, height: 1 } }] }),
    /annotations\[0\]\.box\.x/,
  ],
  ['a text with NUL', (res) => sendJson(res, 200, { classes: ['t'], result: { t: 'a\0b' } }), /NUL/],
])('%s is the model’s fault', async (_, respond, reason) => {
  model = await startTestModel(respond);
  worker = await start();
  const id = await ask(Buffer.from(`object for ${reason}`));
  await expect
    .poll(() => read(id), { timeout: 20_000 })
    .toMatchObject({ state: 'queued', attempts: 1, reason: expect.stringMatching(reason) });
});

test('a model without time is asked later, and no attempt is burnt', async () => {
  model = await startTestModel((res, _, n) => {
    if (n < 3) sendJson(res, 503, { error: { message: 'full' } }, { 'retry-after': '1' });
    else succeed(res);
  });
  worker = await start();
  const id = await ask(Buffer.from('busy'));
  await untilFinal(id);
  expect(await read(id)).toMatchObject({ state: 'succeeded', attempts: 1 });
  expect(model.calls).toHaveLength(3);
});

test('work for a model that is away waits for it, and says since when', async () => {
  model = await startTestModel(succeed);
  const { url } = model;
  worker = await start();
  await ask(Buffer.from('before'));
  await model.close();
  const id = await ask(Buffer.from('while it is away'));
  await expect
    .poll(() => read(id), { timeout: 20_000 })
    .toMatchObject({ state: 'queued', waitingSince: expect.any(String), attempts: 0 });
  model = await startTestModel(succeed, {}, Number(new URL(url).port));
  await untilFinal(id);
  expect(await read(id)).toMatchObject({ state: 'succeeded', attempts: 1, waitingSince: null });
});

test('when one address of a model is gone, another has the object at once', async () => {
  const models = [await startTestModel(succeed), await startTestModel(succeed)].sort((a, b) =>
    a.url < b.url ? -1 : 1,
  );
  const [gone, other] = models;
  model = other;
  worker = await start(models.map(({ url }) => url));
  const isReady = async () => (await listModelEndpoints(db)).filter(({ state }) => state === 'ready').length;
  await expect.poll(isReady, { timeout: 10_000 }).toBe(2);
  await gone?.close();
  const id = await ask(Buffer.from('picture'));
  await untilFinal(id);
  expect(await read(id)).toMatchObject({ state: 'succeeded', attempts: 1 });
  expect(await db.execute(`select id from pgboss.job where name like 'predict.%'`)).toHaveLength(0);
});

test('bytes that have changed in the store are never sent as the object', async () => {
  model = await startTestModel(succeed);
  worker = await start();
  await expect.poll(() => listCurrentModels(db)).toHaveLength(1);
  model.health = 'starting';
  await expect.poll(async () => (await listCurrentModels(db))[0]?.state, { timeout: 10_000 }).toBe('starting');
  const bytes = Buffer.from('evidence');
  const id = await ask(bytes);
  const sha256 = hash('sha256', bytes);
  const place = join(folder, sha256.slice(0, 2), sha256);
  await chmod(place, 0o600);
  await writeFile(place, 'forgery!');
  model.health = 'ready';
  await untilFinal(id);
  expect(await read(id)).toMatchObject({ state: 'failed', reason: expect.stringContaining(`of ${sha256} hash to`) });
  expect(model.calls).toEqual([]);
});

test('a store that gives no bytes is asked again, and no attempt is burnt', async () => {
  model = await startTestModel(succeed);
  worker = await start();
  await expect.poll(() => listCurrentModels(db)).toHaveLength(1);
  model.health = 'starting';
  await expect.poll(async () => (await listCurrentModels(db))[0]?.state, { timeout: 10_000 }).toBe('starting');
  const bytes = Buffer.from('out of reach');
  const id = await ask(bytes);
  const sha256 = hash('sha256', bytes);
  const place = join(folder, sha256.slice(0, 2), sha256);
  await rename(place, `${place}.away`);
  await mkdir(place);
  model.health = 'ready';
  const reason = expect.stringMatching(/^The store did not give the object's bytes: EISDIR/);
  await expect.poll(() => read(id), { timeout: 20_000 }).toMatchObject({ state: 'queued', attempts: 0, reason });
  await rmdir(place);
  await rename(`${place}.away`, place);
  await untilFinal(id);
  expect(await read(id)).toMatchObject({ state: 'succeeded', attempts: 1 });
});

test('a worker that stops hands back what it has in hand, and another goes on', async () => {
  model = await startTestModel((res, _, n) => {
    if (n > 1) succeed(res);
  });
  worker = await start();
  const id = await ask(Buffer.from('slow'));
  await expect.poll(() => model?.calls.length).toBe(1);
  expect(Date.parse((await readFile(join(folder, 'beat'), 'utf8')).trim())).toBeGreaterThan(0);
  await worker.close();
  expect(await readdir(folder)).not.toContain('beat');
  expect(model.calls[0]?.aborted).toBe(true);
  expect(await read(id)).toMatchObject({ state: 'queued', attempts: 0 });
  expect(await isAnyWorkerAlive(db, 60)).toBe(false);
  worker = await start();
  await untilFinal(id);
  expect(await read(id)).toMatchObject({ state: 'succeeded', attempts: 1 });
});

test('an object asked for once more is not predicted again', async () => {
  model = await startTestModel(succeed);
  worker = await start();
  const bytes = Buffer.from('once');
  await untilFinal(await ask(bytes));
  const id = await ask(bytes);
  expect(await read(id)).toMatchObject({ state: 'succeeded' });
  await untilFinal(await ask(Buffer.from('a later one')));
  expect(model.calls).toHaveLength(2);
  expect(await readdir(join(folder, 'incoming'))).toEqual([]);
});

test('a manifest with faults is not a model; its endpoint says which', async () => {
  model = await startTestModel(succeed, { accepts: ['picture'], version: 'new' });
  worker = await start();
  const read = () => db.query.modelEndpoints.findFirst();
  await expect.poll(read).toMatchObject({ state: 'failed', detail: expect.stringMatching(/version[\s\S]*accepts/) });
  expect(await listCurrentModels(db)).toEqual([]);
});
