import { hash, randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { insertDerivations, insertObjects, removeUnreferenced } from '@assay/db';
import {
  type ErrorBody,
  type ObjectHash,
  type ObjectResults,
  objectHashSchema,
  uploadAnswerSchema,
} from '@assay/shared';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postJson, startTestApi, type TestApi } from './testing.ts';

type Person = Awaited<ReturnType<TestApi['addPerson']>>;

let api: TestApi;
let ann: Person;
let bob: Person;
beforeAll(async () => {
  api = await startTestApi();
  await api.addModels({ cutter: ['text'], reader: ['text'] });
  await api.db.execute(
    sql`update models set manifest = jsonb_set(manifest, '{emits}', '["text"]') where name = 'cutter'`,
  );
  ann = await api.addPerson('investigator');
  bob = await api.addPerson('investigator');
});
afterAll(() => api.close());

const makeCase = async (by = ann) =>
  (await api.mutate<{ id: string }>('cases.create', by.headers, { name: randomUUID() })).id;
const say = () => `Something that somebody wrote. ${randomUUID()}`;

interface Sent {
  sha256: ObjectHash;
  known: boolean;
  run: string;
}

async function uploadAll(texts: string[], caseId: string, by = ann, models = ['cutter']): Promise<[Sent, Sent]> {
  const form = new FormData();
  for (const model of models) form.append('models', model);
  form.append('case', caseId);
  for (const text of texts) form.append('objects', new Blob([text]), 'note.txt');
  const answer = await fetch(`${api.url}/model/predict`, { method: 'POST', headers: by.headers, body: form });
  expect(answer.status).toBe(202);
  const { run, objects } = uploadAnswerSchema.parse(await answer.json());
  const [first, second = first] = objects.map(({ sha256, known }) => ({ sha256, known, run }));
  if (!first || !second) throw new Error('Nothing was sent');
  return [first, second];
}

async function upload(text: string, caseId: string, by = ann, models = ['cutter']): Promise<Sent> {
  const [sent] = await uploadAll([text], caseId, by, models);
  return sent;
}

/** What a model makes of the object, as the worker writes it down. */
async function derive(parent: ObjectHash, texts: string[]): Promise<ObjectHash[]> {
  const facts = await Promise.all(
    texts.map(async (text) => {
      const sha256 = objectHashSchema.parse(hash('sha256', text));
      await mkdir(join(api.store, sha256.slice(0, 2)), { recursive: true });
      await writeFile(join(api.store, sha256.slice(0, 2), sha256), text);
      const hashes = { sha256, md5: hash('md5', text), sha1: hash('sha1', text) };
      return { ...hashes, size: text.length, mediaType: 'text' as const, mime: 'text/plain', encoding: 'utf-8' };
    }),
  );
  await api.db.transaction(async (tx) => {
    const rows = await insertObjects(tx, null, facts);
    const [own] = await tx.execute<{ id: string; parentId: string }>(sql`
      select p.id, p.object_id as "parentId" from predictions p join objects o on o.id = p.object_id
      where o.sha256 = decode(${parent}, 'hex')`);
    if (!own) throw new Error('The parent has no prediction');
    const made = facts.map(({ sha256 }) => ({ childId: rows.get(sha256)?.id ?? 0, time: undefined, label: 'part' }));
    await insertDerivations(tx, { predictionId: own.id, parentId: Number(own.parentId) }, made);
  });
  return facts.map(({ sha256 }) => sha256);
}

const get = (sha256: string, by = ann) => fetch(`${api.url}/objects/${sha256}/content`, { headers: by.headers });
async function statusOf(sha256: string, by = ann) {
  const answer = await get(sha256, by);
  return answer.ok ? answer.status : `${answer.status} ${((await answer.json()) as ErrorBody).error.code}`;
}
const deleteFrom = (sha256: string, caseId: string, by = ann) =>
  api.mutate<{ deleted: string[] }>('objects.delete', by.headers, {
    hash: sha256,
    case: caseId,
    reason: 'not relevant',
  });

async function plan(sha256: string, caseId: string) {
  const input = encodeURIComponent(JSON.stringify({ hash: sha256, case: caseId }));
  const answer = await fetch(`${api.url}/trpc/objects.planDeletion?input=${input}`, { headers: ann.headers });
  type Plan = { derived: { sha256: string }[]; stays: { sha256: string }[]; uploads: object[]; heldAt: string | null };
  return ((await answer.json()) as { result: { data: Plan } }).result.data;
}

/** What the worker's job does. */
async function removeBytes(...hashes: ObjectHash[]): Promise<ObjectHash[]> {
  const removed: ObjectHash[] = [];
  await removeUnreferenced(api.db, hashes, async (sha256) => void removed.push(sha256));
  return removed;
}

test('a deletion takes along what was made of the object, unless it was uploaded by itself or made of something that stays', async () => {
  const caseId = await makeCase();
  const [one, other] = [await upload(say(), caseId), await upload(say(), caseId)];
  const [ownText, sharedText] = [say(), say()];
  const [part, own, shared] = await derive(one.sha256, [say(), ownText, sharedText]);
  if (!part || !own || !shared) throw new Error('Nothing was derived');
  await upload(ownText, caseId);
  await derive(other.sha256, [sharedText]);

  const planned = await plan(one.sha256, caseId);
  expect(planned).toMatchObject({
    object: { sha256: one.sha256, mediaType: 'text' },
    derived: [{ sha256: part }],
    uploads: [{ fileName: 'note.txt', uploadedBy: ann.username }],
    heldAt: null,
  });
  expect(planned.stays.map(({ sha256 }) => sha256).sort()).toEqual([own, shared].sort());
  const { deleted } = await deleteFrom(one.sha256, caseId);
  expect(deleted).toEqual([one.sha256, part]);
  const all = [one.sha256, part, own, shared, other.sha256];
  expect(await Promise.all(all.map((each) => statusOf(each)))).toEqual([
    '410 object_deleted',
    '410 object_deleted',
    200,
    200,
    200,
  ]);
  expect(await removeBytes(...all)).toEqual([one.sha256, part]);
  const acts = await api.db.execute(sql`select subject_id as id, username, details from audit_records
    where act = 'delete' and details->>'case' = ${caseId} order by audit_records.id`);
  expect([...acts]).toEqual([
    { id: one.sha256, username: ann.username, details: { case: caseId, cause: 'request', reason: 'not relevant' } },
    expect.objectContaining({ id: part, details: expect.objectContaining({ with: one.sha256 }) }),
  ]);
});

test('it says who, when and why; results, hashes and names stay, and what waited is cancelled', async () => {
  const caseId = await makeCase();
  const { sha256 } = await upload(say(), caseId);
  await deleteFrom(sha256, caseId);
  const answer = (await (await get(sha256)).json()) as ErrorBody;
  expect(answer.error.message).toMatch(
    new RegExp(`^Its bytes were deleted \\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z by ${ann.username}: not relevant$`),
  );
  const preview = await fetch(`${api.url}/objects/${sha256}/thumbnail`, { headers: ann.headers });
  expect(preview.status).toBe(410);
  const [result] = (await (
    await postJson(`${api.url}/model/results`, [sha256], ann.headers)
  ).json()) as ObjectResults[];
  expect(result).toMatchObject({
    found: true,
    deletion: { by: ann.username, cause: 'request', reason: 'not relevant' },
    fileNames: ['note.txt'],
    done: true,
    predictions: [{ state: 'cancelled', cancelledBy: ann.username, reason: 'Its bytes were deleted' }],
  });
  await expect(deleteFrom(sha256, caseId)).rejects.toThrow(/404/);
});

test('another case keeps the bytes, and neither learns of the other', async () => {
  const [mine, theirs] = [await makeCase(), await makeCase(bob)];
  const text = say();
  const { sha256 } = await upload(text, mine);
  await upload(text, theirs, bob);
  await deleteFrom(sha256, mine);
  expect([await statusOf(sha256), await statusOf(sha256, bob)]).toEqual(['410 object_deleted', 200]);
  expect(await removeBytes(sha256)).toEqual([]);
  await expect(deleteFrom(sha256, theirs)).rejects.toThrow(/404/);
  await deleteFrom(sha256, theirs, bob);
  expect(await removeBytes(sha256)).toEqual([sha256]);
});

test('an upload of the same bytes brings it back, whether they had gone or not', async () => {
  const caseId = await makeCase();
  const text = say();
  const { sha256 } = await upload(text, caseId);
  for (const gone of [false, true]) {
    await deleteFrom(sha256, caseId);
    const known = await postJson(`${api.url}/objects/known`, [{ sha256, size: text.length }], ann.headers);
    expect(await known.json()).toEqual({ known: [] });
    if (gone) await removeFromStore(sha256);
    expect((await upload(text, caseId)).known).toBe(false);
    expect(await (await get(sha256)).text()).toBe(text);
    expect(await removeBytes(sha256)).toEqual([]);
  }
});

test('what went along comes back with it where another case has kept the bytes, and not where they are gone', async () => {
  const [mine, theirs] = [await makeCase(), await makeCase(bob)];
  const text = say();
  const { sha256 } = await upload(text, mine);
  await upload(text, theirs, bob);
  const [part] = await derive(sha256, [say()]);
  if (!part) throw new Error('Nothing was derived');
  await api.db.execute(sql`insert into predictions (id, object_id, model_id, place)
    select gen_random_uuid(), o.id, m.id, 0 from objects o, models m
    where o.sha256 = decode(${part}, 'hex') and m.name = 'reader'`);
  const [partOfPart] = await derive(part, [say()]);
  if (!partOfPart) throw new Error('Nothing was derived');
  const all = [sha256, part, partOfPart];
  const statuses = () => Promise.all(all.map((each) => statusOf(each)));

  expect((await deleteFrom(sha256, mine)).deleted).toEqual(all);
  expect(await statuses()).toEqual(Array(3).fill('410 object_deleted'));
  await upload(text, mine);
  expect(await statuses()).toEqual([200, 200, 200]);

  await deleteFrom(sha256, mine);
  await deleteFrom(sha256, theirs, bob);
  expect((await removeBytes(...all)).sort()).toEqual([...all].sort());
  await upload(text, mine);
  expect(await statuses()).toEqual([200, '410 object_deleted', '410 object_deleted']);
});

async function removeFromStore(sha256: ObjectHash): Promise<void> {
  await removeUnreferenced(api.db, [sha256], (each) => rm(join(api.store, each.slice(0, 2), each)));
}

test('a legal hold refuses it, and so does every role but the manager’s', async () => {
  const caseId = await makeCase();
  const { sha256 } = await upload(say(), caseId);
  await api.mutate('cases.addMember', ann.headers, { id: caseId, username: bob.username, role: 'contributor' });
  await expect(deleteFrom(sha256, caseId, bob)).rejects.toThrow(/403/);
  await api.mutate('cases.hold', ann.headers, { id: caseId });
  await expect(deleteFrom(sha256, caseId)).rejects.toThrow(/409.*legal hold/);
  expect((await plan(sha256, caseId)).heldAt).not.toBeNull();
  await api.mutate('cases.release', ann.headers, { id: caseId });
  expect((await deleteFrom(sha256, caseId)).deleted).toEqual([sha256]);
  expect(await statusOf(sha256, bob)).toBe('410 object_deleted');
});

test('the database itself refuses to delete from a case on hold', async () => {
  const caseId = await makeCase();
  const { sha256 } = await upload(say(), caseId);
  await api.mutate('cases.hold', ann.headers, { id: caseId });
  const insert = sql`insert into deletions (object_id, case_id, cause, reason)
    select id, ${caseId}, 'request', 'by hand' from objects where sha256 = decode(${sha256}, 'hex')`;
  await expect(api.db.execute(insert)).rejects.toMatchObject({
    cause: { message: expect.stringContaining('legal hold') },
  });
});

async function predictionOf(sha256: string, by = ann) {
  const answer = await postJson(`${api.url}/model/results`, [sha256], by.headers);
  const [result] = (await answer.json()) as ObjectResults[];
  if (!result?.found) throw new Error('It is not there');
  return result.predictions;
}

test('what was made of it and is deleted by itself is skipped by a later run', async () => {
  const caseId = await makeCase();
  const text = say();
  const parent = await upload(text, caseId);
  const [part] = await derive(parent.sha256, [say()]);
  if (!part) throw new Error('Nothing was derived');
  await api.db.execute(sql`update predictions p set state = 'succeeded', result = '{}', finished_at = now()
    from objects o where o.id = p.object_id and o.sha256 = decode(${parent.sha256}, 'hex')`);
  await deleteFrom(part, caseId);
  await upload(text, caseId, ann, ['cutter', 'reader']);
  expect(await predictionOf(part)).toMatchObject([
    { model: 'reader', state: 'skipped', reason: 'Its bytes were deleted' },
  ]);
});

test('no model is asked about it again, and the refusal names it; what has its bytes goes on', async () => {
  const caseId = await makeCase();
  const [one, other] = await uploadAll([say(), say()], caseId);
  const [first] = await predictionOf(one.sha256);
  await api.mutate('runs.cancel', ann.headers, { id: one.run });
  await deleteFrom(one.sha256, caseId);
  await expect(api.mutate('predictions.retry', ann.headers, { id: first?.id })).rejects.toThrow(
    new RegExp(`410.*The bytes of ${one.sha256} were deleted`, 's'),
  );
  expect(await api.mutate('runs.retry', ann.headers, { id: one.run, cancelled: true })).toEqual({ predictions: 1 });
  expect((await predictionOf(other.sha256)).map(({ state }) => state)).toEqual(['queued']);
  await api.mutate('runs.cancel', ann.headers, { id: one.run });
  await deleteFrom(other.sha256, caseId);
  await expect(api.mutate('runs.retry', ann.headers, { id: one.run, cancelled: true })).rejects.toThrow(
    new RegExp(`410.*(${one.sha256}|${other.sha256})`, 's'),
  );
  expect((await predictionOf(other.sha256)).map(({ state }) => state)).toEqual(['cancelled']);
  await api.addModels({ cutter: ['text'] }, '1.1.0');
  for (const [act, id] of Object.entries({ 'runs.runAgain': one.run, 'predictions.runAgain': first?.id }))
    await expect(api.mutate(act, ann.headers, { id })).rejects.toThrow(/410.*The bytes of/s);
  const form = new FormData();
  form.append('models', 'cutter');
  form.append('case', caseId);
  form.append('known', JSON.stringify({ sha256: one.sha256, fileName: 'x.txt' }));
  const link = await fetch(`${api.url}/model/predict`, { method: 'POST', headers: ann.headers, body: form });
  expect([link.status, await link.json()]).toMatchObject([
    410,
    { error: { code: 'object_deleted', details: [{ file: 'x.txt', field: 'known' }] } },
  ]);
  expect(await api.claim('cutter')).not.toContainEqual(expect.objectContaining({ sha256: one.sha256 }));
});

test('a search says which of its objects have no bytes any more, to those for whom they are gone', async () => {
  const [mine, theirs] = [await makeCase(), await makeCase(bob)];
  const text = say();
  const { sha256 } = await upload(text, mine);
  await upload(text, theirs, bob);
  await deleteFrom(sha256, mine);
  const find = async (by: Person) => {
    const input = encodeURIComponent(JSON.stringify({ query: `hash = ${sha256}` }));
    const answer = await fetch(`${api.url}/trpc/objects.search?input=${input}`, { headers: by.headers });
    const { result } = (await answer.json()) as { result: { data: { objects: { deleted: boolean }[] } } };
    return result.data.objects.map(({ deleted }) => deleted);
  };
  expect([await find(ann), await find(bob)]).toEqual([[true], [false]]);
});

test('a reason is asked for', async () => {
  const caseId = await makeCase();
  const { sha256 } = await upload(say(), caseId);
  const wish = { hash: sha256, case: caseId, reason: ' ' };
  await expect(api.mutate('objects.delete', ann.headers, wish)).rejects.toThrow(/400.*say why/s);
  expect(await statusOf(sha256)).toBe(200);
});
