import { hash } from 'node:crypto';
import { recordModelEndpoint } from '@assay/db';
import { answerSchema, uploadAnswerSchema } from '@assay/shared';
import { makeColliding } from '@assay/shared/testing';
import { createTRPCClient, httpBatchLink, TRPCClientError } from '@trpc/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AppRouter } from '../router.ts';
import { startTestApi, type TestApi } from '../testing.ts';

const bytes = Buffer.from('Anna Keller met John Dashwood in Rotterdam.');
const sha256 = hash('sha256', bytes);
const md5 = hash('md5', bytes);

let api: TestApi;
let auth: { authorization: string };

beforeAll(async () => {
  api = await startTestApi();
  auth = await api.signIn();
  await api.addModels({ ner_text: ['text'], language: ['text'], faces: ['image'], speech: ['audio'] });
});
afterAll(() => api.close());

async function upload() {
  const form = new FormData();
  form.append('objects', new Blob([bytes]), 'notes.txt');
  for (const model of ['ner_text', 'language']) form.append('models', model);
  const answer = await fetch(`${api.url}/model/predict`, { method: 'POST', headers: auth, body: form });
  return uploadAnswerSchema.parse(await answer.json());
}

const askResults = (body: unknown) =>
  fetch(`${api.url}/model/results`, {
    method: 'POST',
    headers: { ...auth, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

test('results grow from queued to done, under any hash, beside what is unknown', async () => {
  const { objects } = await upload();
  const idOf = (model: string) => objects[0]?.predictions.find((p) => p.model === model)?.id ?? '';
  const first = await (await askResults([md5])).json();
  expect(first).toMatchObject([
    { hash: md5, found: true, sha256, done: false, models: {}, detail: '2 of 2 predictions are not finished yet' },
  ]);

  const [claimed] = await api.claim('ner_text');
  if (!claimed) throw new Error('nothing waits');
  const answer = answerSchema.parse({
    classes: ['people'],
    result: { people: ['Anna Keller'], count: 2, sure: true },
    annotations: [{ label: 'person', text: 'Anna Keller', score: 0.1, span: { start: 0, end: 11 } }],
  });
  const succeeded = { ...claimed, kind: 'succeeded' as const };
  expect(await api.finish([{ ...succeeded, answer }])).toEqual(new Set([idOf('ner_text')]));
  // A result that is there is never written over.
  expect(await api.finish([{ ...succeeded, answer: { ...answer, result: {} } }])).toEqual(new Set());
  const failed = await api.claim('language');
  await api.finish(failed.map((each) => ({ ...each, kind: 'failed', reason: 'too short to tell', fault: 'object' })));

  const unknown = 'f'.repeat(40);
  const answered = await askResults([sha256.toUpperCase(), hash('sha1', bytes), unknown, 'nonsense']);
  expect(answered.status).toBe(200);
  const [upper, sha1, none, nonsense] = (await answered.json()) as Record<string, unknown>[];
  expect(upper).toMatchObject({
    ...{ hash: sha256.toUpperCase(), found: true, sha256, md5, sha1: hash('sha1', bytes), size: bytes.length },
    ...{ mediaType: 'text', mime: 'text/plain', encoding: 'utf-8', done: true },
    ...{ fileNames: ['notes.txt'], uploadedBy: ['ada'] },
    predictions: [
      { model: 'language', version: '1.0.0', state: 'failed', reason: 'too short to tell', result: null, attempts: 1 },
      {
        ...{ model: 'ner_text', state: 'succeeded', reason: null, attempts: 1, result: answer.result },
        classes: ['people'],
        annotations: answer.annotations,
      },
    ],
    // The old system's keys.
    ...{ file_names: ['notes.txt'], hash_md5: md5, type: 'text', users: ['ada'], tags: [] },
    models: { ner_text: answer.result },
  });
  expect(upper).not.toHaveProperty('detail');
  expect(sha1).toMatchObject({ found: true, sha256 });
  expect(none).toEqual({ hash: unknown, found: false, detail: 'No object with this hash is known' });
  expect(nonsense).toMatchObject({ hash: 'nonsense', found: false });
});

test('a name that promises another format is told in the upload’s answer, the results and the run', async () => {
  const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
  const form = new FormData();
  for (const name of ['honest.gif', 'holiday.mp4', 'notes.txt', 'IMG_1.dat', 'holiday.mp4'])
    form.append('objects', new Blob([gif]), name);
  form.append('models', 'faces');
  const sent = await fetch(`${api.url}/model/predict`, { method: 'POST', headers: auth, body: form });
  const { run, objects } = uploadAnswerSchema.parse(await sent.json());
  const mime = 'image/gif';
  const mismatches = [null, { extension: 'mp4', mime }, { extension: 'txt', mime }, null, { extension: 'mp4', mime }];
  expect(objects.map(({ mismatch }) => mismatch)).toEqual(mismatches);

  const [entry] = (await (await askResults([hash('md5', gif)])).json()) as unknown[];
  expect(entry).toMatchObject({
    fileNames: ['honest.gif', 'holiday.mp4', 'notes.txt', 'IMG_1.dat'],
    falseNames: [
      { fileName: 'holiday.mp4', mismatch: { extension: 'mp4', mime } },
      { fileName: 'notes.txt', mismatch: { extension: 'txt', mime } },
    ],
    mismatch: { extension: 'mp4', mime },
  });
  expect(await (await askResults([md5])).json()).toMatchObject([{ falseNames: [], mismatch: null }]);

  const client = createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: `${api.url}/trpc`, headers: auth })] });
  const files = (await client.runs.get.query({ id: run })).objects;
  expect(files.map(({ mismatch }) => mismatch)).toEqual(mismatches);
  expect(files[0]).not.toHaveProperty('falseExtension');
});

test('two files with one MD5 are two objects; its MD5 answers with the first, and names both', async () => {
  const [first, second] = makeColliding();
  const [sha256OfFirst, sha256OfSecond] = [first, second].map((bytes) => hash('sha256', bytes));
  expect(hash('md5', first)).toBe(hash('md5', second));
  // Rows go in by hash; the order of the files is the other one.
  expect(String(sha256OfFirst) > String(sha256OfSecond)).toBe(true);
  const form = new FormData();
  for (const bytes of [first, second, second]) form.append('objects', new Blob([bytes]), 'sound.mp3');
  form.append('models', 'speech');
  const sent = await fetch(`${api.url}/model/predict`, { method: 'POST', headers: auth, body: form });
  const { objects } = uploadAnswerSchema.parse(await sent.json());
  expect(objects.map(({ sha256, known }) => [sha256, known])).toEqual([
    [sha256OfFirst, false],
    [sha256OfSecond, false],
    [sha256OfSecond, false],
  ]);
  expect(objects[0]?.predictions[0]?.id).not.toBe(objects[1]?.predictions[0]?.id);

  const ambiguous = [sha256OfFirst, sha256OfSecond];
  const asked = [hash('md5', first), sha256OfFirst, hash('sha1', first), hash('sha1', second), md5];
  const entries = (await (await askResults(asked)).json()) as Record<string, unknown>[];
  expect(entries.map(({ sha256, ambiguous }) => ({ sha256, ambiguous }))).toEqual([
    { sha256: sha256OfFirst, ambiguous },
    ...[sha256OfFirst, sha256OfFirst, sha256OfSecond, sha256].map((sha256) => ({ sha256, ambiguous: undefined })),
  ]);
  const bytes = await fetch(`${api.url}/objects/${hash('md5', first)}/content`, { headers: auth });
  expect(hash('sha256', Buffer.from(await bytes.arrayBuffer()))).toBe(sha256OfFirst);
});

test('a list of hashes is read whatever its type is said to be', async () => {
  const answer = await fetch(`${api.url}/model/results`, { method: 'POST', headers: auth, body: `["${md5}"]` });
  expect(await answer.json()).toMatchObject([{ found: true, sha256 }]);
});

test.each([[{}], [[1]], ['abc'], [null]])('a body that is no list of hashes is 400: %j', async (body) => {
  const answer = await askResults(body);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ error: { code: 'invalid_request' } });
});

test('models are listed by type, and an unknown type is 400', async () => {
  const list = async (query: string) => fetch(`${api.url}/model/list${query}`, { headers: auth });
  expect(await (await list('?type=text')).json()).toEqual({ models: ['language', 'ner_text'] });
  expect(await (await list('?model_type=image')).json()).toEqual({ models: ['faces'] });
  expect(await (await list('')).json()).toEqual({ models: ['faces', 'language', 'ner_text', 'speech'] });
  const wrong = await list('?type=picture');
  expect([wrong.status, await wrong.text()]).toEqual([400, expect.stringContaining('image, video, audio, text')]);
});

test('the typed client reads the same, and a waiting prediction says since when', async () => {
  const client = createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: `${api.url}/trpc`, headers: auth })] });
  const text = Buffer.from('Something else to look at.');
  const form = new FormData();
  form.append('objects', new Blob([text]), 'other.txt');
  form.append('models', 'language');
  const sent = await fetch(`${api.url}/model/predict`, { method: 'POST', headers: auth, body: form });
  const { run } = uploadAnswerSchema.parse(await sent.json());
  const ask = () => client.predictions.byHash.query([hash('md5', text)]);
  expect(await ask()).toMatchObject([{ found: true, predictions: [{ state: 'queued', waitingSince: null }] }]);
  await recordModelEndpoint(api.db, 'http://127.0.0.1:9/language', { state: 'offline', detail: null, modelId: null });
  expect(await ask()).toMatchObject([
    { predictions: [{ state: 'queued', waitingSince: expect.stringMatching(/^20/) }] },
  ]);

  const { runs } = await client.runs.list.query();
  expect(runs[0]).toMatchObject({ id: run, askedBy: 'ada', objects: 1, counts: { queued: 1, succeeded: 0 } });
  expect(await client.runs.get.query({ id: run })).toMatchObject({ objects: [{ fileName: 'other.txt', size: 26 }] });
  // Newest first, whatever the ids are; the second page goes on where the first ended.
  const first = await client.runs.list.query({ limit: 1 });
  const second = await client.runs.list.query({ limit: 1, cursor: first.next ?? undefined });
  expect([first.runs[0]?.id, second.runs[0]?.id]).toEqual(runs.slice(0, 2).map(({ id }) => id));
  expect((await client.models.list.query({ type: 'image' })).map(({ name }) => name)).toEqual(['faces']);
  // What answered at an address last is what it is while it is away, and its work waits there.
  expect(await client.models.seen.query()).toMatchObject([
    { name: 'faces', isCurrent: true, addresses: 1, answering: 1, state: 'ready', waiting: 1 },
    { name: 'language', isCurrent: true, addresses: 1, answering: 0, state: 'offline', failedLastDay: 1 },
    { name: 'ner_text', isCurrent: true, failedLastDay: 0, perMinute: 0.1 },
    { name: 'speech', isCurrent: true, waiting: 2, perMinute: 0 },
  ]);
  const addresses = await client.models.addresses.query();
  expect(addresses).toContainEqual(
    expect.objectContaining({
      url: 'http://127.0.0.1:9/language',
      origin: 'configured',
      model: { name: 'language', version: '1.0.0' },
      state: 'offline',
    }),
  );
  expect(addresses).toContainEqual(expect.objectContaining({ model: { name: 'faces', version: '1.0.0' } }));
  const missing = client.runs.get.query({ id: crypto.randomUUID() });
  await expect(missing).rejects.toBeInstanceOf(TRPCClientError);
  await expect(missing).rejects.toMatchObject({ data: { appCode: 'run_not_found', httpStatus: 404 } });
});

test('a failed prediction can be tried again; one that has a result can’t', async () => {
  const client = createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: `${api.url}/trpc`, headers: auth })] });
  const [entry] = await client.predictions.byHash.query([md5]);
  const states = () =>
    client.predictions.byHash
      .query([md5])
      .then(([now]) => now?.found && now.predictions.map(({ model, state, attempts }) => [model, state, attempts]));
  const idOf = (model: string) => (entry?.found && entry.predictions.find((p) => p.model === model)?.id) || '';
  await client.predictions.retry.mutate({ id: idOf('language') });
  expect(await states()).toEqual([
    ['language', 'queued', 0],
    ['ner_text', 'succeeded', 1],
  ]);
  for (const model of ['language', 'ner_text'])
    await expect(client.predictions.retry.mutate({ id: idOf(model) })).rejects.toMatchObject({
      data: { appCode: 'not_retryable', httpStatus: 409 },
    });
});
