import { hash } from 'node:crypto';
import { stepBulkAct } from '@assay/db';
import { answerSchema, uploadAnswerSchema } from '@assay/shared';
import { createTRPCClient, httpLink } from '@trpc/client';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AppRouter } from './router.ts';
import { startTestApi, type TestApi } from './testing.ts';

/*
 * In a case with independent review nobody learns from any answer what another person said of something, before two
 * people have given a verdict on it.
 */

let api: TestApi;
let within: string;
const texts = ['one', 'two', 'three'].map((word) => `This is text ${word}.`);
const [one = '', two = '', three = ''] = texts.map((text) => hash('sha256', text));
const predictions = new Map<string, string>();

const trpc = (headers: Record<string, string>) =>
  createTRPCClient<AppRouter>({ links: [httpLink({ url: `${api.url}/trpc`, headers, methodOverride: 'POST' })] });
type Client = ReturnType<typeof trpc>;
type Person = { client: Client; headers: Record<string, string>; username: string };
let manager: Person;
let second: Person;
let reader: Person;

beforeAll(async () => {
  api = await startTestApi();
  await api.addModels({ faces: ['text'] });
  const add = async (): Promise<Person> => {
    const person = await api.addPerson('investigator');
    return { ...person, client: trpc(person.headers) };
  };
  [manager, second, reader] = [await add(), await add(), await add()];
  ({ id: within } = await manager.client.cases.create.mutate({ name: 'Harbour' }));
  for (const [person, role] of [
    [second, 'contributor'],
    [reader, 'reader'],
  ] as const)
    await manager.client.cases.addMember.mutate({ id: within, username: person.username, role });
  const form = new FormData();
  form.append('models', 'faces');
  form.append('case', within);
  for (const text of texts) form.append('objects', new Blob([text]), `${hash('md5', text)}.txt`);
  const { headers } = manager;
  const answer = await fetch(`${api.url}/model/predict`, { method: 'POST', headers, body: form });
  for (const { sha256, predictions: made } of uploadAnswerSchema.parse(await answer.json()).objects)
    predictions.set(sha256, made[0]?.id ?? '');
  await api.finish(
    (await api.claim('faces')).map((each) => ({
      ...each,
      kind: 'succeeded',
      answer: answerSchema.parse({ classes: ['n'], result: { n: 1 } }),
    })),
  );
  await manager.client.cases.setIndependentReview.mutate({ id: within, on: true });
});
afterAll(() => api.close());

const give = ({ client }: Person, of: string, verdict: string | null) =>
  client.judging.giveVerdict.mutate({ case: within, hash: of, verdict });
const judge = ({ client }: Person, of: string, verdict: 'right' | 'wrong' | null) =>
  client.judging.judgePrediction.mutate({ case: within, prediction: predictions.get(of) ?? '', verdict });
const find = async ({ client }: Person, query: string) =>
  (await client.objects.search.query({ query, sort: 'uploaded' })).objects.map(({ sha256 }) => sha256).sort();
const countDisputed = async ({ client }: Person) => (await client.objects.facets.query({ query: '' })).disputed;
const saidOf = async ({ client }: Person, of: string) => {
  const found = (await client.judging.of.query({ hash: of })).find(({ id }) => id === within);
  if (!found) throw new Error('The object is not in the case');
  return found;
};
const exported = async ({ headers }: Person, of: 'objects' | 'predictions') => {
  const answer = await fetch(`${api.url}/objects/export?query=&of=${of}&format=jsonl`, { headers });
  return (await answer.text())
    .trim()
    .split('\n')
    .flatMap((line) => (JSON.parse(line) as { verdicts: { verdict: string }[] }).verdicts)
    .map(({ verdict }) => verdict)
    .sort();
};

/** All that somebody can be told of verdicts, in whichever way they ask. */
async function learn(person: Person, of: string) {
  const { client } = person;
  const judging = await saidOf(person, of);
  const facets = await client.objects.facets.query({ query: 'case = harbour' });
  const { objects } = await client.objects.search.query({ query: '' });
  const whole = (await client.judging.precision.query({ case: within })).find((row) => row.class === null);
  return {
    verdict: judging.verdict?.verdict ?? null,
    others: judging.others.map(({ verdict }) => verdict),
    predictions: judging.predictions.map(({ verdict }) => verdict),
    history: judging.history.length,
    listed: objects.find(({ sha256 }) => sha256 === of)?.verdict ?? null,
    facets: facets.verdicts,
    disputed: facets.disputed,
    unreviewed: facets.unreviewed,
    found: await find(person, 'verdict = relevant, "not relevant", unsure'),
    foundByPrediction: await find(person, 'verdict = faces:right, faces:wrong'),
    objects: await exported(person, 'objects'),
    ofPredictions: await exported(person, 'predictions'),
    reviewed: (await client.judging.review.query({ case: within, query: '', sort: 'uploaded' })).reviewed,
    judged: whole ? whole.right + whole.wrong : 0,
  };
}

const nothing = {
  ...{
    verdict: null,
    others: [],
    predictions: [],
    history: 0,
    listed: null,
    facets: [],
    disputed: 0,
    unreviewed: 3,
    found: [],
  },
  ...{ foundByPrediction: [], objects: [], ofPredictions: [], reviewed: 0, judged: 0 },
};

test('the second person learns nothing of what the first said until they have said something themselves', async () => {
  const { id } = await give(manager, one, 'relevant');
  await judge(manager, one, 'right');
  expect(await learn(second, one)).toEqual(nothing);
  expect(await learn(reader, one)).toEqual(nothing);
  expect((await saidOf(second, one)).hasHidden).toBe(true);
  expect((await saidOf(second, two)).hasHidden).toBe(false);
  expect(await learn(manager, one)).toMatchObject({
    ...{ verdict: 'relevant', listed: 'relevant', unreviewed: 2, objects: ['relevant'], ofPredictions: ['right'] },
    ...{ reviewed: 1, judged: 1 },
  });
  await expect(second.client.judging.undo.mutate({ id: id ?? '' })).rejects.toMatchObject({
    data: { appCode: 'verdict_not_found' },
  });

  // The same as the first: a verdict of its own, not one that was given already.
  expect((await give(second, one, 'relevant')).id).not.toBeNull();
  // A verdict on the object opens nothing of what is said of its predictions.
  expect(await learn(second, one)).toMatchObject({ verdict: 'relevant', others: ['relevant'], predictions: [] });
  await judge(second, one, 'wrong');
  for (const person of [manager, second])
    expect(await learn(person, one)).toMatchObject({
      ...{ verdict: 'relevant', others: ['relevant'], unreviewed: 2, reviewed: 1, found: [one] },
      ...{ objects: ['relevant', 'relevant'], ofPredictions: ['right', 'wrong'], judged: 0 },
    });
  expect(await learn(reader, one)).toMatchObject({ verdict: null, others: ['relevant', 'relevant'], found: [one] });
  const [whole] = await reader.client.judging.precision.query({ case: within });
  expect(whole).toMatchObject({ right: 0, wrong: 0, unsure: 1 });
});

test('where people differ is found, until they agree', async () => {
  expect(await find(reader, 'verdict = disputed')).toEqual([]);
  expect(await find(reader, 'verdict = faces:disputed')).toEqual([one]);
  await give(manager, two, 'relevant');
  const { id } = await give(second, two, 'not relevant');
  for (const person of [manager, second, reader]) {
    expect(await find(person, 'verdict = disputed')).toEqual([two]);
    expect(await countDisputed(person)).toBe(1);
    expect(await find(person, 'verdict = none')).toEqual([three]);
    expect(await find(person, 'NOT verdict = disputed')).toEqual([one, three].sort());
  }
  // Undone, theirs is gone; what they have seen since is not hidden from them again, nor is it undone with it.
  await second.client.judging.undo.mutate({ id: id ?? '' });
  expect(await saidOf(second, two)).toMatchObject({ verdict: null, others: [{ verdict: 'relevant' }] });
  expect(await find(manager, 'verdict = disputed')).toEqual([]);
  await give(second, two, 'relevant');
  expect(await find(manager, 'verdict = disputed')).toEqual([]);
  expect(await countDisputed(manager)).toBe(0);
  await expect(manager.client.judging.addVerdict.mutate({ case: within, name: 'Disputed' })).rejects.toMatchObject({
    data: { httpStatus: 400 },
  });
});

test('what is said of many at once is of one person too, and undone without touching what others said', async () => {
  await give(manager, three, 'unsure');
  const { id } = await second.client.judging.judgeMany.mutate({
    case: within,
    of: { query: 'verdict = none' },
    says: { verdict: 'unsure' },
  });
  while (await stepBulkAct(api.db, id));
  expect((await second.client.judging.many.query())[0]).toMatchObject({ state: 'done', total: 1, changed: 1 });
  expect(await saidOf(second, three)).toMatchObject({
    verdict: { verdict: 'unsure' },
    others: [{ verdict: 'unsure', by: manager.username }],
  });
  const undo = await second.client.judging.undoMany.mutate({ id });
  while (await stepBulkAct(api.db, undo.id));
  expect(await saidOf(second, three)).toMatchObject({ verdict: null, others: [{ verdict: 'unsure' }] });
  expect(await saidOf(manager, three)).toMatchObject({ verdict: { verdict: 'unsure' }, others: [] });
});

test('managers turn it on and off, which is on the trail; off, the newest verdict counts, whoever gave it', async () => {
  await expect(second.client.cases.setIndependentReview.mutate({ id: within, on: false })).rejects.toMatchObject({
    data: { appCode: 'not_allowed' },
  });
  await give(second, three, 'relevant');
  await manager.client.cases.setIndependentReview.mutate({ id: within, on: false });
  expect(await saidOf(manager, three)).toMatchObject({ verdict: { verdict: 'relevant', isOwn: false }, others: [] });
  expect(await find(reader, 'verdict = unsure')).toEqual([]);
  expect((await manager.client.cases.get.query({ id: within })).independentReview).toBe(false);
  const acts = await api.db.execute<{ details: unknown }>(
    sql`select details from audit_records where act = 'change_review' order by id`,
  );
  expect(acts.map(({ details }) => details)).toEqual([
    { case: 'Harbour', independentReview: true },
    { case: 'Harbour', independentReview: false },
  ]);
});
