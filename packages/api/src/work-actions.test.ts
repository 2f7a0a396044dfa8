import { findModel, pauseModel } from '@assay/db';
import { type ObjectResults, type PredictionView, uploadAnswerSchema } from '@assay/shared';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let auth: { authorization: string };

beforeEach(async () => {
  api = await startTestApi();
  auth = await api.signIn();
  await api.addModels({ names: ['text'] });
});
afterEach(() => api.close());

async function upload(texts: string[], headers = auth) {
  const form = new FormData();
  form.append('models', 'names');
  for (const text of texts) form.append('objects', new Blob([text]), 'a.txt');
  const answer = await fetch(`${api.url}/model/predict`, { method: 'POST', headers, body: form });
  const { run, objects } = uploadAnswerSchema.parse(await answer.json());
  return { run, hashes: objects.map(({ sha256 }) => sha256), ids: objects.map((o) => o.predictions[0]?.id ?? '') };
}

async function read(hashes: string[]): Promise<PredictionView[]> {
  const answer = await fetch(`${api.url}/model/results`, {
    method: 'POST',
    headers: { ...auth, 'content-type': 'application/json' },
    body: JSON.stringify(hashes),
  });
  const results = (await answer.json()) as ObjectResults[];
  return results.flatMap((entry) => (entry.found ? entry.predictions : []));
}

async function query<T>(procedure: string, headers: Record<string, string>, input?: unknown): Promise<T> {
  const asked = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`;
  const answer = await fetch(`${api.url}/trpc/${procedure}${asked}`, { headers });
  return ((await answer.json()) as { result: { data: T } }).result.data;
}

const listActions = async () =>
  (await api.db.query.auditRecords.findMany({ orderBy: (t, { asc }) => asc(t.id) }))
    .filter(({ subjectKind, act }) => act !== 'view' && act !== 'run' && subjectKind && workKinds.has(subjectKind))
    .map(({ act, details }) => ({ act, ...details }));
const workKinds = new Set(['prediction', 'run', 'model']);

const stateOf = async (hashes: string[]) => (await read(hashes)).map(({ state }) => state);

test('one that waits and one that runs are cancelled; what comes too late is not written', async () => {
  const { hashes, ids } = await upload(['One text.', 'Another text.']);
  const [running] = await api.claim('names', 1);
  if (!running) throw new Error('nothing waits');
  for (const id of ids) expect(await api.mutate('predictions.cancel', auth, { id })).toEqual({ predictions: 1 });
  expect(await api.finish([{ ...running, kind: 'failed', reason: 'late', fault: 'object' }])).toEqual(new Set());
  expect(await stateOf(hashes)).toEqual(['cancelled', 'cancelled']);
  expect((await read(hashes))[0]).toMatchObject({ cancelledBy: 'ada', reason: null, finishedAt: expect.any(String) });
  expect(await api.claim('names')).toEqual([]);
  // A second time changes nothing.
  expect(await api.mutate('predictions.cancel', auth, { id: ids[0] })).toEqual({ predictions: 0 });
});

test('a run is cancelled but for what another run asked for, until that is cancelled too', async () => {
  const mine = await upload(['Shared text.', 'Text of mine.']);
  const theirs = await upload(['Shared text.'], (await api.addPerson('investigator')).headers);
  await expect(api.mutate('runs.cancel', auth, { id: theirs.run })).rejects.toThrow('404');
  expect(await api.mutate('runs.cancel', auth, { id: mine.run })).toEqual({ predictions: 1 });
  expect(await stateOf(mine.hashes)).toEqual(['queued', 'cancelled']);
  // Whoever asks again after all, gets it.
  expect(await stateOf((await upload(['Text of mine.'])).hashes)).toEqual(['queued']);
  expect(await api.claim('names')).toHaveLength(2);
});

test('what failed of a run waits again with all its attempts, and what was cancelled when told so', async () => {
  const { run, hashes, ids } = await upload(['First.', 'Second.', 'Third.']);
  const [first] = await api.claim('names', 1);
  if (!first) throw new Error('nothing waits');
  await api.finish([{ ...first, kind: 'failed', reason: 'no text', fault: 'object' }]);
  await api.mutate('predictions.cancel', auth, { id: ids.find((id) => id !== first.id) });
  expect(await api.mutate('runs.retry', auth, { id: run })).toEqual({ predictions: 1 });
  expect(await api.mutate('runs.retry', auth, { id: run, cancelled: true })).toEqual({ predictions: 1 });
  for (const each of await read(hashes)) expect(each).toMatchObject({ state: 'queued', attempts: 0, reason: null });
  await expect(api.mutate('predictions.retry', auth, { id: first.id })).rejects.toThrow('409');
  expect(await api.claim('names')).toHaveLength(3);
  expect(await listActions()).toEqual([
    { act: 'cancel', predictions: 1 },
    { act: 'retry', predictions: 1 },
    { act: 'retry', predictions: 1 },
    { act: 'retry', predictions: 0 },
  ]);
});

test('all of a model is cancelled, and all that failed at it tried again', async () => {
  const { hashes } = await upload(['First.', 'Second.', 'Third.']);
  const [first] = await api.claim('names', 1);
  if (!first) throw new Error('nothing waits');
  await api.finish([{ ...first, kind: 'failed', reason: 'no text', fault: 'object' }]);
  expect(await api.mutate('models.cancel', auth, { model: 'names' })).toEqual({ predictions: 2 });
  expect(await api.mutate('models.retry', auth, { model: 'names', version: '1.0.0' })).toEqual({ predictions: 1 });
  expect((await stateOf(hashes)).sort()).toEqual(['cancelled', 'cancelled', 'queued']);
});

test('a newer version is asked for the same; the older result stays and says that it is one', async () => {
  const { run, hashes } = await upload(['A text.']);
  const [old] = await api.claim('names');
  if (!old) throw new Error('nothing waits');
  await api.finish([{ ...old, kind: 'succeeded', answer: { classes: ['n'], result: { n: 1 }, annotations: [] } }]);
  expect(await api.mutate('runs.runAgain', auth, { id: run })).toEqual({ predictions: 0 });
  await api.addModels({ names: ['text'] }, '1.1.0');
  expect(await api.mutate('runs.runAgain', auth, { id: run })).toEqual({ predictions: 1 });
  expect(await api.mutate('predictions.runAgain', auth, { id: old.id })).toEqual({ predictions: 0 });
  expect(await read(hashes)).toMatchObject([
    { version: '1.0.0', state: 'succeeded', result: { n: 1 }, newerVersion: '1.1.0' },
    { version: '1.1.0', state: 'queued', newerVersion: null },
  ]);
});

test('each state says what happens to it: place and time, fault, attempts, who', async () => {
  const { hashes } = await upload(['First.', 'Second.', 'Third.', 'Fourth.']);
  const of = async (id: string | undefined) => (await read(hashes)).find((each) => each.id === id);
  const places = (await read(hashes)).map(({ ahead }) => ahead);
  expect(places.toSorted()).toEqual([0, 1, 2, 3]);
  expect((await read(hashes))[0]).toMatchObject({ state: 'queued', secondsLeft: null, waitingFor: null });
  const [first, second] = await api.claim('names', 2);
  if (!first || !second) throw new Error('nothing waits');
  expect(await of(first.id)).toMatchObject({ state: 'running', worker: 'a-worker:1', startedAt: expect.any(String) });
  await api.finish([
    { ...first, kind: 'succeeded', answer: { classes: ['n'], result: { n: 1 }, annotations: [] } },
    { ...second, kind: 'failed', reason: 'no text', fault: 'object' },
  ]);
  expect(await of(second.id)).toMatchObject({ state: 'failed', reason: 'no text', fault: 'object', attempts: 1 });
  // A rate is measured now.
  const last = (await read(hashes))
    .filter(({ state }) => state === 'queued')
    .toSorted((a, b) => (b.ahead ?? 0) - (a.ahead ?? 0))[0];
  expect(last).toMatchObject({ ahead: 1, secondsLeft: { from: expect.any(Number), to: expect.any(Number) } });
  expect(last?.secondsLeft?.to).toBeGreaterThan(last?.secondsLeft?.from ?? 0);
  await api.mutate('predictions.retry', auth, { id: second.id });
  expect(await of(second.id)).toMatchObject({ state: 'queued', fault: null });
});

test('what waits for a paused model says so, and why is for an administrator alone, who resumes it', async () => {
  const { hashes, run } = await upload(['A text.']);
  const [model] = await findModel(api.db, 'names');
  await pauseModel(api.db, model?.id ?? 0, 'secret.txt broke it');
  expect((await read(hashes))[0]).toMatchObject({
    waitingFor: 'paused',
    waitingSince: expect.any(String),
    secondsLeft: null,
  });
  expect(await query('runs.get', auth, { id: run })).toMatchObject({
    models: [{ waitingFor: 'paused', secondsLeft: null }],
  });
  const seen = async (headers: Record<string, string>) =>
    (await query<{ pause: unknown }[]>('models.seen', headers))[0]?.pause;
  expect(await seen(auth)).toMatchObject({ reason: 'secret.txt broke it', since: expect.any(String) });
  expect(await seen((await api.addPerson('investigator')).headers)).toMatchObject({ reason: null });
  await api.mutate('models.resume', auth, { model: 'names' });
  expect(await seen(auth)).toBeNull();
  expect((await read(hashes))[0]).toMatchObject({ waitingFor: null, waitingSince: null });
});

test('a run says why its predictions failed, and which of its models have a newer version', async () => {
  const { run } = await upload(['First.', 'Second.', 'Third.']);
  const claimed = await api.claim('names');
  const reasons = ['no text', 'no text', 'too short'];
  await api.finish(claimed.map((each, i) => ({ ...each, kind: 'failed', reason: reasons[i] ?? '', fault: 'object' })));
  await api.addModels({ names: ['text'] }, '1.1.0');
  expect(await query('runs.get', auth, { id: run })).toMatchObject({
    models: [
      {
        newerVersion: '1.1.0',
        failures: [
          { reason: 'no text', n: 2 },
          { reason: 'too short', n: 1 },
        ],
      },
    ],
  });
});

test('a run of many files leaves another’s few their turn, and a high priority goes before', async () => {
  const many = await upload(Array.from({ length: 200 }, (_, i) => `Text ${i} of many.`));
  const few = await upload(Array.from({ length: 5 }, (_, i) => `Text ${i} of few.`));
  const wanted = new Set(few.ids);
  const first = await api.claim('names', 20);
  expect(first.filter(({ id }) => wanted.has(id))).toHaveLength(5);

  const later = await upload(Array.from({ length: 20 }, (_, i) => `Text ${i} of later.`));
  await api.mutate('runs.setPriority', auth, { id: later.run, priority: 'high' });
  const isLater = new Set(later.ids);
  expect((await api.claim('names', 24)).filter(({ id }) => isLater.has(id))).toHaveLength(20);
  await api.mutate('runs.setPriority', auth, { id: many.run, priority: 'low' });
  expect(await listActions()).toMatchObject([
    { act: 'change_priority', priority: 'high', predictions: 20 },
    { act: 'change_priority', priority: 'low' },
  ]);
});

async function watch(run: string, headers: Record<string, string>) {
  const input = encodeURIComponent(JSON.stringify({ id: run }));
  const answer = await fetch(`${api.url}/trpc/runs.watch?input=${input}`, { headers });
  return answer.body?.pipeThrough(new TextDecoderStream()) ?? new ReadableStream<string>();
}

test('who watches a run is told of each change until it is done; and nobody else', async () => {
  const { run } = await upload(['First.', 'Second.']);
  let told = '';
  const watching = (async () => {
    for await (const text of await watch(run, auth)) told += text;
  })();
  await expect.poll(() => told).toContain('"queued":2');
  const claimed = await api.claim('names');
  await api.finish(claimed.map((each) => ({ ...each, kind: 'failed', reason: 'no text', fault: 'object' })));
  await watching;
  expect(told).toContain('"failed":2');

  for (const headers of [(await api.addPerson('investigator')).headers, (await api.addPerson('researcher')).headers]) {
    let refused = '';
    for await (const text of await watch(run, headers)) refused += text;
    expect(refused).toMatch(/serialized-error/);
    expect(refused).not.toContain('"queued"');
  }
});

test('a run says how far each of its models and files is, and what is before it', async () => {
  await upload(['One that came before.']);
  const { run, hashes } = await upload(['First.', 'Second.']);
  const answer = await fetch(`${api.url}/trpc/runs.get?input=${encodeURIComponent(JSON.stringify({ id: run }))}`, {
    headers: auth,
  });
  const { result } = (await answer.json()) as { result: { data: unknown } };
  expect(result.data).toMatchObject({
    priority: 'normal',
    cancelled: null,
    counts: { queued: 2 },
    perMinute: 0,
    secondsLeft: null,
    models: [{ model: 'names', version: '1.0.0', counts: { queued: 2 }, unfinished: 2, waitingSince: null }],
    objects: hashes.map((sha256) => ({ sha256, counts: { queued: 1, failed: 0 } })),
  });
});
