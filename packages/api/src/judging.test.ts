import { hash } from 'node:crypto';
import { stepBulkAct } from '@assay/db';
import { answerSchema, uploadAnswerSchema } from '@assay/shared';
import { createTRPCClient, httpLink } from '@trpc/client';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AppRouter } from './router.ts';
import { startTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let harbour: string;
let quay: string;
const texts = ['one', 'two', 'three', 'four'].map((word) => `This is text ${word}.`);
const [one = '', two = '', three = '', four = ''] = texts.map((text) => hash('sha256', text));
const predictions = new Map<string, string>();

const trpc = (headers: Record<string, string>) =>
  createTRPCClient<AppRouter>({ links: [httpLink({ url: `${api.url}/trpc`, headers, methodOverride: 'POST' })] });
type Client = ReturnType<typeof trpc>;
let manager: Client;
let contributor: Client;
let reader: Client;
let outsider: Client;

async function upload(headers: Record<string, string>, within: string, of: string[]) {
  const form = new FormData();
  form.append('models', 'faces');
  form.append('case', within);
  for (const text of of) form.append('objects', new Blob([text]), `${hash('md5', text)}.txt`);
  const answer = await fetch(`${api.url}/model/predict`, { method: 'POST', headers, body: form });
  const { objects } = uploadAnswerSchema.parse(await answer.json());
  for (const { sha256, predictions: made } of objects) predictions.set(sha256, made[0]?.id ?? '');
}

beforeAll(async () => {
  api = await startTestApi();
  await api.addModels({ faces: ['text'] });
  const [m, c, r, o] = [
    await api.addPerson('investigator'),
    await api.addPerson('investigator'),
    await api.addPerson('investigator'),
    await api.addPerson('investigator'),
  ];
  [manager, contributor, reader, outsider] = [trpc(m.headers), trpc(c.headers), trpc(r.headers), trpc(o.headers)];
  ({ id: harbour } = await manager.cases.create.mutate({ name: 'Harbour' }));
  ({ id: quay } = await manager.cases.create.mutate({ name: 'Quay' }));
  await manager.cases.addMember.mutate({ id: harbour, username: c.username, role: 'contributor' });
  await manager.cases.addMember.mutate({ id: harbour, username: r.username, role: 'reader' });
  await upload(m.headers, harbour, texts);
  await upload(m.headers, quay, texts.slice(0, 2));
  const claimed = await api.claim('faces');
  await api.finish(
    claimed.slice(0, 3).map((each) => ({
      ...each,
      kind: 'succeeded',
      answer: answerSchema.parse({ classes: ['n'], result: { n: 1 }, annotations: [] }),
    })),
  );
});
afterAll(() => api.close());

const inHarbour = async (client: Client, of: string) => {
  const found = (await client.judging.of.query({ hash: of })).find(({ id }) => id === harbour);
  if (!found) throw new Error('The object is not in the case');
  return found;
};
const find = async (client: Client, query: string) =>
  (await client.objects.search.query({ query, sort: 'uploaded' })).objects.map(({ sha256 }) => sha256);
const refusal = (code: string, status: number) => ({ data: { appCode: code, httpStatus: status } });
const sorted = (hashes: string[]) => [...hashes].sort();

test('a verdict is given, changed, taken back and undone, and all of it is kept', async () => {
  const give = (verdict: string | null) =>
    contributor.judging.giveVerdict.mutate({ case: harbour, hash: one, verdict });
  await give('Relevant');
  expect((await inHarbour(reader, one)).verdict).toMatchObject({ verdict: 'relevant', isOwn: false });
  expect(await give('relevant')).toEqual({ id: null });
  const { id } = await give('unsure');
  expect((await inHarbour(contributor, one)).verdict).toMatchObject({ verdict: 'unsure', isOwn: true });
  const undone = await contributor.judging.undo.mutate({ id: id ?? '' });
  expect((await inHarbour(contributor, one)).verdict?.verdict).toBe('relevant');
  await expect(contributor.judging.undo.mutate({ id: id ?? '' })).rejects.toMatchObject(refusal('judged_since', 409));
  await expect(manager.judging.undo.mutate({ id: undone.id ?? '' })).rejects.toMatchObject(refusal('not_allowed', 403));
  await expect(outsider.judging.undo.mutate({ id: undone.id ?? '' })).rejects.toMatchObject(
    refusal('verdict_not_found', 404),
  );
  await give(null);
  const { verdict, history } = await inHarbour(contributor, one);
  expect(verdict).toBeNull();
  expect(history.map(({ value }) => value)).toEqual([null, 'relevant', 'unsure', 'relevant']);
  const acts = await api.db.execute<{ act: string; details: { verdict: string | null; before: string | null } }>(
    sql`select act, details from audit_records where subject_id = ${one} and act like '%verdict' or act = 'undo' order by id`,
  );
  expect(acts.map(({ act, details: { before, verdict: now } }) => [act, before, now])).toEqual([
    ['give_verdict', null, 'relevant'],
    ['give_verdict', 'relevant', 'unsure'],
    ['undo', 'unsure', 'relevant'],
    ['take_back_verdict', 'relevant', null],
  ]);
});

test('a verdict is of its case alone', async () => {
  await manager.judging.giveVerdict.mutate({ case: quay, hash: two, verdict: 'not relevant' });
  expect((await inHarbour(manager, two)).verdict).toBeNull();
  expect((await contributor.judging.of.query({ hash: two })).map(({ id }) => id)).toEqual([harbour]);
  await expect(
    contributor.judging.giveVerdict.mutate({ case: quay, hash: two, verdict: 'relevant' }),
  ).rejects.toMatchObject(refusal('case_not_found', 404));
  await expect(
    manager.judging.giveVerdict.mutate({ case: quay, hash: three, verdict: 'relevant' }),
  ).rejects.toMatchObject(refusal('object_not_found', 404));
});

test('readers judge nothing, contributors do, managers add verdicts, and the archive refuses all', async () => {
  const verdict = { case: harbour, hash: three, verdict: 'needs an expert' };
  await expect(reader.judging.giveVerdict.mutate(verdict)).rejects.toMatchObject(refusal('not_allowed', 403));
  await expect(contributor.judging.giveVerdict.mutate(verdict)).rejects.toMatchObject({
    ...refusal('verdict_not_found', 404),
    message: expect.stringContaining('it has relevant, not relevant, unsure'),
  });
  const own = { case: harbour, name: 'Needs an expert' };
  await expect(contributor.judging.addVerdict.mutate(own)).rejects.toMatchObject(refusal('not_allowed', 403));
  await manager.judging.addVerdict.mutate(own);
  await expect(manager.judging.addVerdict.mutate({ ...own, name: 'needs AN expert' })).rejects.toMatchObject(
    refusal('already_there', 409),
  );
  await contributor.judging.giveVerdict.mutate(verdict);
  expect(await find(reader, 'verdict = "needs an expert"')).toEqual([three]);
  await manager.judging.removeVerdict.mutate(own);
  expect((await inHarbour(reader, three)).verdicts).toEqual(['relevant', 'not relevant', 'unsure']);
  expect((await inHarbour(reader, three)).verdict?.verdict).toBe('Needs an expert');
  await manager.cases.archive.mutate({ id: harbour });
  await expect(contributor.judging.giveVerdict.mutate({ ...verdict, verdict: 'relevant' })).rejects.toMatchObject(
    refusal('case_archived', 409),
  );
  await expect(contributor.judging.tag.mutate({ case: harbour, hash: one, name: 'a' })).rejects.toMatchObject(
    refusal('case_archived', 409),
  );
  expect((await inHarbour(manager, three)).mayJudge).toBe(false);
  await manager.cases.unarchive.mutate({ id: harbour });
});

test('a prediction is right or wrong, when it says something', async () => {
  const states = await api.db.execute<{ id: string; state: string }>(sql`select id, state from predictions`);
  const said = states.find(({ state }) => state === 'succeeded')?.id ?? '';
  const waits = states.find(({ state }) => state !== 'succeeded')?.id ?? '';
  const of = [...predictions].find(([, id]) => id === said)?.[0] ?? '';
  await contributor.judging.judgePrediction.mutate({ case: harbour, prediction: said, verdict: 'wrong' });
  expect((await inHarbour(reader, of)).predictions).toMatchObject([{ prediction: said, verdict: 'wrong' }]);
  expect(await find(reader, 'verdict = faces:wrong')).toEqual([of]);
  expect(await find(reader, 'verdict = faces:right')).toEqual([]);
  expect(await find(reader, 'verdict = other:wrong')).toEqual([]);
  await expect(
    contributor.judging.judgePrediction.mutate({ case: harbour, prediction: waits, verdict: 'right' }),
  ).rejects.toMatchObject(refusal('nothing_to_judge', 409));
});

test('a model’s precision is of what people of the case found right and wrong, with its interval', async () => {
  const [first, second] = (
    await api.db.execute<{ id: string }>(sql`select id from predictions where state = 'succeeded' order by id`)
  ).map(({ id }) => id);
  for (const [prediction, verdict] of [
    [first, 'right'],
    [second, 'wrong'],
    [second, 'right'],
  ] as const)
    await contributor.judging.judgePrediction.mutate({ case: harbour, prediction: prediction ?? '', verdict });
  const counted = { model: 'faces', version: '1.0.0', unsure: 0, right: expect.any(Number), wrong: expect.any(Number) };
  const precision = await reader.judging.precision.query({ case: harbour });
  expect(precision).toMatchObject([
    { ...counted, class: null },
    { ...counted, class: 'n' },
  ]);
  const [whole] = precision;
  const n = (whole?.right ?? 0) + (whole?.wrong ?? 0);
  expect(n).toBeGreaterThanOrEqual(2);
  expect(whole?.precision?.share).toBeCloseTo((whole?.right ?? 0) / n);
  expect(whole?.precision?.low).toBeLessThan(whole?.precision?.share ?? 0);
  expect(await manager.judging.precision.query({ case: quay })).toEqual([]);
});

test('a verdict counts for the classes that the prediction says something of, and for no other', async () => {
  const { headers } = await api.addPerson('investigator');
  const person = trpc(headers);
  const { id: within } = await person.cases.create.mutate({ name: 'Letters' });
  await api.addModels({ faces: ['text'], letters: ['text'] });
  const form = new FormData();
  form.append('models', 'letters');
  form.append('case', within);
  form.append('objects', new Blob(['Two of them, and a third.']), 'letter.txt');
  form.append('objects', new Blob(['Nothing in here.']), 'empty.txt');
  const sent = await fetch(`${api.url}/model/predict`, { method: 'POST', headers, body: form });
  expect(sent.status).toBe(202);
  const something = {
    ...{ people: ['Anna'], places: [], subject: 'boats', empty: '', number: 2, none: 0, unlikely: 0.2 },
    ...{ likely: 0.5, loudness: -23.1, signed: true, sealed: false, shares: { en: 1 }, nothing: {}, seals: 0 },
  };
  const nothing = Object.fromEntries(Object.keys(something).map((name) => [name, 0]));
  const classes = Object.keys(something);
  const claimed = await api.claim('letters');
  await api.finish(
    claimed.map((each, i) => ({
      ...each,
      kind: 'succeeded',
      answer: answerSchema.parse({
        classes,
        result: i === 0 ? something : nothing,
        // Of another name than any class: it is no class of its own.
        annotations: i === 0 ? [{ label: 'seals' }, { label: 'stamp' }] : [],
      }),
    })),
  );
  for (const { id } of claimed)
    await person.judging.judgePrediction.mutate({ case: within, prediction: id, verdict: 'right' });
  const rows = await person.judging.precision.query({ case: within });
  expect(rows.map(({ class: name, right }) => [name, right])).toEqual([
    [null, 2],
    ...['likely', 'loudness', 'number', 'people', 'seals', 'shares', 'signed', 'subject'].map((name) => [name, 1]),
  ]);
});

test('tags have a colour each, are found, renamed and removed; notes are found by their words', async () => {
  const tag = (name: string, of: string) => contributor.judging.tag.mutate({ case: harbour, hash: of, name });
  const boat = await tag('Boat', one);
  expect((await tag('boat', two)).tag).toBe(boat.tag);
  await tag('crane', two);
  const words = await reader.judging.words.query({ case: harbour });
  expect(words.tags.map(({ name, objects }) => [name, objects])).toEqual([
    ['Boat', 2],
    ['crane', 1],
  ]);
  expect(new Set(words.tags.map(({ colour }) => colour)).size).toBe(2);
  expect(await find(reader, 'tag = BOAT')).toEqual(await find(reader, `${one} ${two}`));
  expect(await find(reader, 'tag ~ cra')).toEqual([two]);
  expect(sorted(await find(reader, 'tag = none'))).toEqual(sorted([three, four]));
  expect(sorted(await find(reader, 'tag != boat'))).toEqual(sorted([three, four]));
  expect(await find(manager, 'case = quay AND tag = boat')).toEqual([]);
  await contributor.judging.untag.mutate({ case: harbour, hash: one, tag: boat.tag });
  expect(await find(reader, 'boat')).toEqual([two]);
  const change = { case: harbour, id: boat.tag, name: 'crane' };
  await expect(contributor.judging.changeTag.mutate(change)).rejects.toMatchObject(refusal('not_allowed', 403));
  await expect(manager.judging.changeTag.mutate(change)).rejects.toMatchObject(refusal('already_there', 409));
  await manager.judging.changeTag.mutate({ ...change, name: 'ship', colour: 'red' });
  const { objects } = await reader.objects.search.query({ query: 'ship' });
  expect(objects).toMatchObject([{ sha256: two, tags: [{ name: 'crane' }, { name: 'ship', colour: 'red' }] }]);
  await manager.judging.removeTag.mutate(change);
  expect(await find(reader, 'tag = ship')).toEqual([]);
  expect((await inHarbour(reader, two)).tags.map(({ name }) => name)).toEqual(['crane']);

  const note = await contributor.judging.addNote.mutate({ case: harbour, hash: two, text: 'Seen near the sluice.' });
  expect(await find(reader, 'sluice')).toEqual([two]);
  expect(await find(outsider, 'sluice')).toEqual([]);
  await expect(reader.judging.removeNote.mutate(note)).rejects.toMatchObject(refusal('not_allowed', 403));
  await manager.judging.removeNote.mutate(note);
  expect(await find(reader, 'sluice')).toEqual([]);
  expect((await inHarbour(reader, two)).notes).toEqual([]);
});

test('a case is searched by name and by id, and is not there for others', async () => {
  expect(sorted(await find(manager, 'case = quay'))).toEqual(sorted([one, two]));
  expect(sorted(await find(manager, `case = ${quay} AND NOT ${one}`))).toEqual([two]);
  expect(sorted(await find(manager, 'case != quay'))).toEqual(sorted([three, four]));
  expect(await find(manager, 'case ~ arb')).toHaveLength(4);
  expect(await find(contributor, 'case = quay')).toEqual([]);
  expect(await find(contributor, `case = ${quay}`)).toEqual([]);
  expect(await find(outsider, 'case = harbour')).toEqual([]);
  expect(await manager.objects.facets.query({ query: '' })).toMatchObject({
    cases: [
      { value: 'Harbour', count: 4 },
      { value: 'Quay', count: 2 },
    ],
  });
  expect((await contributor.objects.facets.query({ query: '' })).cases).toEqual([{ value: 'Harbour', count: 4 }]);
  const suggest = async (client: Client, field: 'case' | 'tag' | 'verdict', prefix: string) =>
    (await client.objects.suggest.query({ of: { field }, prefix })).map(({ text }) => text);
  expect(await suggest(manager, 'case', 'q')).toEqual(['Quay']);
  expect(await suggest(contributor, 'case', 'q')).toEqual([]);
  expect(await suggest(contributor, 'tag', '')).toEqual(['crane', 'none']);
  expect(await suggest(contributor, 'verdict', 'rel')).toEqual(['relevant', '"not relevant"']);
});

test('a review counts what has a verdict, and leads through what has none', async () => {
  const give = (of: string, verdict: string | null) =>
    contributor.judging.giveVerdict.mutate({ case: harbour, hash: of, verdict });
  for (const of of [one, two, three, four]) await give(of, null);
  const order = await find(reader, '');
  const review = (after?: string, query = '') =>
    reader.judging.review.query({ case: harbour, query, sort: 'uploaded', after });
  expect(await review()).toEqual({ total: 4, more: false, reviewed: 0, next: order[0] });
  await give(order[0] ?? '', 'relevant');
  await give(order[1] ?? '', 'unsure');
  expect(await review(order[0])).toEqual({ total: 4, more: false, reviewed: 2, next: order[2] });
  expect(await review(order[3])).toEqual({ total: 4, more: false, reviewed: 2, next: order[2] });
  expect(await review(order[0], 'tag = crane')).toMatchObject({ total: 1 });
  expect(sorted(await find(reader, 'verdict = none'))).toEqual(sorted(order.slice(2)));
  expect(await find(reader, 'verdict = relevant, unsure')).toEqual(order.slice(0, 2));
  expect(await find(reader, 'NOT verdict = none')).toEqual(order.slice(0, 2));
  expect(await reader.objects.facets.query({ query: '' })).toMatchObject({
    unreviewed: 2,
    verdicts: expect.arrayContaining([{ value: 'relevant', count: 1 }]),
    tags: [{ value: 'crane', count: 1 }],
  });
  await give(order[2] ?? '', 'relevant');
  expect((await review(order[3])).next).toBeNull();
  await give(order[3] ?? '', 'relevant');
  expect(await review(order[3])).toEqual({ total: 4, more: false, reviewed: 4, next: null });
  await expect(outsider.judging.review.query({ case: harbour, query: '', sort: 'uploaded' })).rejects.toMatchObject(
    refusal('case_not_found', 404),
  );
});

const run = async (id: number) => {
  while (await stepBulkAct(api.db, id));
  return (await contributor.judging.many.query()).find((act) => act.id === id);
};

test('many objects are tagged and given a verdict at once, and that is undone but for what was said since', async () => {
  const all = { case: harbour, of: { query: 'type = text' } };
  expect(await reader.judging.countMany.query(all)).toEqual({ total: 4 });
  await contributor.judging.tag.mutate({ case: harbour, hash: one, name: 'bulky' });
  const tagged = await contributor.judging.judgeMany.mutate({ ...all, says: { tag: 'bulky' } });
  expect(await run(tagged.id)).toMatchObject({
    state: 'done',
    done: 4,
    changed: 3,
    total: 4,
    tag: 'bulky',
    canUndo: true,
  });
  expect(await find(reader, 'tag = bulky')).toHaveLength(4);
  const some = { case: harbour, of: { hashes: [one, two, hash('sha256', 'nobody has it')] } };
  expect(await reader.judging.countMany.query(some)).toEqual({ total: 2 });
  for (const of of [one, two]) await contributor.judging.giveVerdict.mutate({ case: harbour, hash: of, verdict: null });
  await contributor.judging.giveVerdict.mutate({ case: harbour, hash: one, verdict: 'unsure' });
  const given = await contributor.judging.judgeMany.mutate({ ...some, says: { verdict: 'Relevant' } });
  expect(await run(given.id)).toMatchObject({ state: 'done', changed: 2, value: 'relevant' });
  await manager.judging.giveVerdict.mutate({ case: harbour, hash: two, verdict: 'not relevant' });

  await expect(manager.judging.undoMany.mutate({ id: given.id })).rejects.toMatchObject(
    refusal('bulk_act_not_found', 404),
  );
  const undone = await contributor.judging.undoMany.mutate({ id: given.id });
  expect(await run(undone.id)).toMatchObject({ state: 'done', undoes: given.id, done: 2, changed: 1, canUndo: false });
  expect((await inHarbour(reader, one)).verdict?.verdict).toBe('unsure');
  expect((await inHarbour(reader, two)).verdict?.verdict).toBe('not relevant');
  await expect(contributor.judging.undoMany.mutate({ id: given.id })).rejects.toMatchObject(
    refusal('not_undoable', 409),
  );
  await run((await contributor.judging.undoMany.mutate({ id: tagged.id })).id);
  expect(await find(reader, 'tag = bulky')).toEqual([one]);
  const acts = await api.db.execute<{ n: number }>(
    sql`select count(*)::int as n from audit_records where act = 'tag' and details->>'many' = ${String(tagged.id)}`,
  );
  expect(acts[0]?.n).toBe(3);
});

test('what is said of many ends where whoever asked may no more, and says why', async () => {
  const { id } = await contributor.judging.judgeMany.mutate({
    ...{ case: harbour, of: { query: '' } },
    says: { verdict: 'relevant' },
  });
  await expect(contributor.judging.undoMany.mutate({ id })).rejects.toMatchObject(refusal('not_undoable', 409));
  await manager.cases.archive.mutate({ id: harbour });
  expect(await run(id)).toMatchObject({
    state: 'failed',
    changed: 0,
    reason: 'The case Harbour went into the archive',
  });
  await manager.cases.unarchive.mutate({ id: harbour });
});

test('the database keeps what was said', async () => {
  for (const statement of ["update judgements set value = 'x'", 'delete from judgements', 'truncate judgements'])
    await expect(api.db.execute(sql.raw(statement))).rejects.toMatchObject({ cause: { code: '23001' } });
});
