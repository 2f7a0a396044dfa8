import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { postJson, startTestApi, type TestApi } from './testing.ts';

type Person = Awaited<ReturnType<TestApi['addPerson']>>;

let api: TestApi;
let admin: Record<string, string>;
let ann: Person;
let bob: Person;
/** Ann manages it, and Bob contributes. */
let id: string;
const name = 'Harbour 12';

beforeAll(async () => {
  api = await startTestApi();
  await api.addModels({ names: ['text'] });
  admin = await api.signIn();
  [ann, bob] = [await api.addPerson('investigator'), await api.addPerson('investigator')];
});
afterAll(() => api.close());
beforeEach(async () => {
  ({ id } = await api.mutate<{ id: string }>('cases.create', ann.headers, { name }));
  await api.mutate('cases.addMember', ann.headers, { id, username: bob.username, role: 'contributor' });
});

const call = async (procedure: string, headers: Record<string, string>, input: unknown) => {
  const answer = await postJson(`${api.url}/trpc/${procedure}`, input, headers);
  const body = (await answer.json()) as { error?: { data: { appCode: string } } };
  return `${answer.status}${body.error ? ` ${body.error.data.appCode}` : ''}`;
};
const query = async <T>(procedure: string, headers: Record<string, string>, input?: unknown) => {
  const search = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`;
  const answer = await fetch(`${api.url}/trpc/${procedure}${search}`, { headers });
  return ((await answer.json()) as { result: { data: T } }).result.data;
};
async function upload(headers: Record<string, string>, within: string) {
  const form = new FormData();
  form.append('models', 'names');
  form.append('case', within);
  form.append('objects', new Blob([`A text. ${randomUUID()}`]), 'a.txt');
  const answer = await fetch(`${api.url}/model/predict`, { method: 'POST', headers, body: form });
  const body = (await answer.json()) as { run: string; error?: { code: string; message: string } };
  return { status: answer.status, ...body };
}
const begin = (headers: Record<string, string>, within: string) =>
  fetch(`${api.url}/upload/tus`, {
    method: 'POST',
    headers: {
      ...headers,
      'tus-resumable': '1.0.0',
      'upload-length': '5',
      'upload-metadata': `filename ${btoa('a.txt')},models ${btoa('names')},case ${btoa(within)}`,
    },
  }).then(({ status }) => status);

test('an archived case takes no uploads in any way, until it is out of the archive', async () => {
  await api.mutate('cases.archive', ann.headers, { id });
  expect(await upload(bob.headers, id)).toMatchObject({ status: 409, error: { code: 'case_archived' } });
  expect(await begin(bob.headers, id)).toBe(409);
  await api.mutate('cases.unarchive', ann.headers, { id });
  expect((await upload(bob.headers, id)).status).toBe(202);
  expect(await begin(bob.headers, id)).toBe(201);
});

test('a case that is somebody else’s is answered like one that is not there, by name and by id', async () => {
  const eve = await api.addPerson('investigator');
  for (const [theirs, never] of [
    [name, 'Harbour 13'],
    [id, randomUUID()],
  ] as const) {
    const said = async (within: string) => JSON.stringify(await upload(eve.headers, within)).replaceAll(within, 'X');
    expect(await said(theirs)).toBe(await said(never));
    expect(await begin(eve.headers, theirs)).toBe(await begin(eve.headers, never));
  }
});

test('there is always a manager who can sign in; a member may leave', async () => {
  const reader = { id, userId: ann.id, role: 'reader' };
  expect(await call('cases.changeMember', ann.headers, reader)).toBe('409 last_manager');
  expect(await call('cases.removeMember', ann.headers, { id, userId: ann.id })).toBe('409 last_manager');
  const gone = await api.addPerson('investigator');
  await api.mutate('cases.addMember', ann.headers, { id, username: gone.username, role: 'manager' });
  await api.mutate('people.disable', admin, { id: gone.id });
  expect(await call('cases.removeMember', ann.headers, { id, userId: ann.id })).toBe('409 last_manager');
  await api.mutate('cases.changeMember', ann.headers, { id, userId: bob.id, role: 'manager' });
  expect(await call('cases.removeMember', ann.headers, { id, userId: ann.id })).toBe('200');
  expect(await call('cases.rename', ann.headers, { id, name: 'Mine again' })).toBe('404 case_not_found');
});

test('a private case is nobody else’s, and is not renamed, archived or left', async () => {
  const [own] = await query<{ id: string; privateOf: string }[]>('cases.list', ann.headers);
  if (!own) throw new Error('There is no private case');
  for (const [procedure, input] of [
    ['addMember', { username: bob.username, role: 'reader' }],
    ['rename', { name: 'Ours' }],
    ['archive', {}],
    ['removeMember', { userId: ann.id }],
  ] as const)
    expect([procedure, await call(`cases.${procedure}`, ann.headers, { id: own.id, ...input })]).toEqual([
      procedure,
      '409 private_case',
    ]);
});

test('an administrator sees which cases there are and nothing of what is in them; joining is seen by all, and on the trail', async () => {
  const { run } = await upload(bob.headers, id);
  const all = await query<Record<string, unknown>[]>('cases.all', admin);
  expect(all.find((each) => each.id === id)).toMatchObject({ name });
  const get = (path: string, value: string) => call(path, admin, { id: value });
  expect(await get('runs.cancel', run)).toBe('404 run_not_found');
  await api.mutate('cases.join', admin, { id, role: 'reader' });
  const { people } = await query<{ people: { username: string; role: string }[] }>('cases.get', bob.headers, { id });
  expect(people).toContainEqual(expect.objectContaining({ username: 'ada', role: 'reader' }));
  const [record] = await api.db.execute(
    sql`select username, details from audit_records where act = 'join_case' and subject_id = ${id}`,
  );
  expect(record).toEqual({ username: 'ada', details: { role: 'reader' } });
});

test.each<[string, (run: { id: string; userId: string }) => Promise<unknown>]>([
  ['removed from the case', (member) => api.mutate('cases.removeMember', ann.headers, member)],
  ['disabled', ({ userId }) => api.mutate('people.disable', admin, { id: userId })],
])('what somebody watches ends when they are %s', async (_, cut) => {
  const eve = await api.addPerson('investigator');
  await api.mutate('cases.addMember', ann.headers, { id, username: eve.username, role: 'reader' });
  const { run } = await upload(bob.headers, id);
  const input = encodeURIComponent(JSON.stringify({ id: run }));
  const answer = await fetch(`${api.url}/trpc/runs.watch?input=${input}`, { headers: eve.headers });
  let told = '';
  const end = (async () => {
    for await (const text of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) told += text;
  })().then(
    () => 'ended',
    () => 'broken off',
  );
  await expect.poll(() => told).toContain('"queued":1');
  await cut({ id, userId: eve.id });
  expect(await end).toBe('broken off');
  const again = await fetch(`${api.url}/trpc/runs.get?input=${input}`, { headers: eve.headers });
  expect([401, 404]).toContain(again.status);
});
