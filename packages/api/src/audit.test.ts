import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { administrator, postJson, startTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let admin: Record<string, string>;

beforeAll(async () => {
  api = await startTestApi();
  await api.addModels({ names: ['text'] });
  admin = { ...(await api.signIn()), 'user-agent': 'a test' };
});
afterAll(() => api.close());

interface Recorded {
  act: string;
  outcome: string;
  username: string | null;
  subjectKind: string | null;
  subjectId: string | null;
  details: Record<string, unknown> | null;
  address: string | null;
  agent: string | null;
  keyId: string | null;
}

/** What is put down while `act` runs. */
async function recordedBy(act: () => Promise<unknown>): Promise<Recorded[]> {
  const [last] = await api.db.execute<{ id: string }>(sql`select coalesce(max(id), 0) as id from audit_records`);
  await act();
  const rows = await api.db.query.auditRecords.findMany({
    where: (t, { gt }) => gt(t.id, Number(last?.id)),
    orderBy: (t, { asc }) => asc(t.id),
  });
  return rows;
}
const objectsOf = (row: Recorded | undefined) => (row?.details?.objects ?? []) as string[];
const inShort = (rows: Recorded[]) => rows.map(({ act, outcome, username }) => `${username} ${act} ${outcome}`);

async function upload(text: string, headers: Record<string, string>, ...others: string[]) {
  const form = new FormData();
  form.append('models', 'names');
  for (const each of [text, ...others]) form.append('objects', new Blob([each]), 'a "name".txt');
  const answer = await fetch(`${api.url}/model/predict`, { method: 'POST', headers, body: form });
  type Sent = { sha256: string; predictions: [{ id: string }] };
  return (await answer.json()) as { run: string; objects: [Sent, ...Sent[]] };
}

test('the first account is on the trail', async () => {
  const [first] = await api.db.query.auditRecords.findMany({ orderBy: (t, { asc }) => asc(t.id), limit: 1 });
  expect(first).toMatchObject({ act: 'set_up', details: { username: 'ada', role: 'administrator' } });
});

test('an upload is put down for each file, with who, from where and what; its run once', async () => {
  let run = '';
  const rows = await recordedBy(async () => {
    ({ run } = await upload('One text.', admin));
  });
  expect(inShort(rows)).toEqual(['ada upload done', 'ada run done']);
  expect(rows[0]).toMatchObject({
    subjectKind: 'object',
    subjectId: expect.stringMatching(/^[0-9a-f]{64}$/),
    address: '127.0.0.1',
    agent: 'a test',
    details: { fileName: 'a "name".txt', size: 9, run },
  });
  expect(rows[1]).toMatchObject({ subjectKind: 'run', subjectId: run, details: { models: ['names 1.0.0'] } });
});

test('a view is put down once for a session, whatever it polls, and anew for another session or key', async () => {
  const { objects } = await upload('A text that is looked at.', admin);
  const { sha256 } = objects[0];
  const look = (headers: Record<string, string>) => postJson(`${api.url}/model/results`, [sha256, sha256], headers);
  const rows = await recordedBy(async () => {
    for (let i = 0; i < 3; i++) await look(admin);
  });
  expect(inShort(rows)).toEqual(['ada view done']);
  expect(rows[0]).toMatchObject({ subjectKind: 'object', subjectId: sha256 });

  const other = await api.signIn();
  expect(inShort(await recordedBy(() => look(other)))).toEqual(['ada view done']);
  const key = await api.makeKey(admin, ['read']);
  expect(await recordedBy(() => look(key.headers))).toMatchObject([{ act: 'view', keyId: key.id }]);

  const bytes = await recordedBy(async () => {
    for (const range of ['bytes=0-3', 'bytes=4-'])
      await (await fetch(`${api.url}/objects/${sha256}/content`, { headers: { ...admin, range } })).text();
  });
  expect(inShort(bytes)).toEqual(['ada view_bytes done']);
});

test('objects that are seen together are one record, but those that were seen before', async () => {
  const three = await upload('One of three.', admin, 'Two of three.', 'Three of three.');
  const sha256s = three.objects.map(({ sha256 }) => sha256);
  const look = (...hashes: string[]) => postJson(`${api.url}/model/results`, hashes, admin);
  const [first = '', ...others] = sha256s;
  const rows = await recordedBy(async () => {
    await look(first);
    await look(...sha256s, ...sha256s);
    await look(...sha256s);
  });
  expect(rows).toMatchObject([
    { act: 'view', subjectKind: 'object', subjectId: first, details: null },
    { act: 'view', subjectKind: 'objects', subjectId: null },
  ]);
  expect(objectsOf(rows[1]).toSorted()).toEqual(others.toSorted());
  const many = await upload('Many.', admin, ...Array.from({ length: 100 }, (_, i) => `One of many: ${i}`));
  const seen = await recordedBy(() => look(...many.objects.map(({ sha256 }) => sha256)));
  expect(seen.map((row) => objectsOf(row).length)).toEqual([100, 1]);
});

test('what is not there is not put down as seen', async () => {
  expect(await recordedBy(() => postJson(`${api.url}/model/results`, ['0'.repeat(64)], admin))).toEqual([]);
});

test('signing in and out, and what was wrong, without what was typed as the name of nobody', async () => {
  const signIn = (person: object) => postJson(`${api.url}/api/auth/sign-in/username`, person);
  const rows = await recordedBy(async () => {
    await signIn({ username: 'ada', password: 'a wrong password' });
    await signIn({ username: 'my-password-typed-here', password: 'x' });
    const answer = await signIn(administrator);
    const headers = { authorization: `Bearer ${answer.headers.get('set-auth-token')}` };
    expect((await postJson(`${api.url}/api/auth/sign-out`, {}, headers)).status).toBe(200);
    expect((await fetch(`${api.url}/trpc/session.me`, { headers })).status).toBe(401);
  });
  expect(inShort(rows)).toEqual([
    'ada sign_in refused',
    'null sign_in refused',
    'ada sign_in done',
    'ada sign_out done',
  ]);
  expect(JSON.stringify(rows)).not.toMatch(/my-password|wrong password|correct horse/);
});

test('a lock-out is put down once, as it begins', async () => {
  const eve = await api.addPerson('investigator');
  const guess = () => postJson(`${api.url}/api/auth/sign-in/username`, { username: eve.username, password: 'wrong' });
  const rows = await recordedBy(async () => {
    for (let i = 0; i < 13; i++) await guess();
  });
  expect(inShort(rows).filter((line) => line.includes('lock_out'))).toEqual([`${eve.username} lock_out refused`]);
  expect(rows).toHaveLength(11);
});

test('what is done to people, keys and links, and what was refused', async () => {
  const eve = await api.addPerson('investigator');
  const rows = await recordedBy(async () => {
    await api.mutate('people.setRole', admin, { id: eve.id, role: 'researcher' });
    const key = await api.makeKey(eve.headers, []);
    await api.mutate('keys.revoke', eve.headers, { id: key.id });
    await expect(api.mutate('people.setRole', eve.headers, { id: eve.id, role: 'administrator' })).rejects.toThrow(
      '403',
    );
    await fetch(`${api.url}/objects/${'0'.repeat(64)}/content`, { headers: eve.headers });
    await api.mutate('people.disable', admin, { id: eve.id });
    await expect(api.mutate('people.disable', admin, { id: 'nobody' })).rejects.toThrow('404');
    await api.mutate('people.invite', admin, { role: 'researcher', note: 'Bob' });
  });
  const name = eve.username;
  expect(inShort(rows)).toEqual([
    'ada change_role done',
    `${name} make_key done`,
    `${name} revoke_key done`,
    `${name} request refused`,
    `${name} request refused`,
    'ada disable_person done',
    'ada request refused',
    'ada invite done',
  ]);
  expect(rows[0]).toMatchObject({
    subjectId: eve.id,
    details: { username: name, from: 'investigator', to: 'researcher' },
  });
  expect(rows[2]).toMatchObject({ subjectKind: 'key', details: { name: 'figures' } });
  expect(rows[3]).toMatchObject({ subjectId: 'people.setRole', details: { code: 'not_allowed' } });
  expect(rows[4]).toMatchObject({ subjectId: `GET /objects/${'0'.repeat(64)}/content` });
});

test('no token, key or hash of one is ever on the trail', async () => {
  const { token } = await api.mutate<{ token: string }>('people.invite', admin, { role: 'researcher' });
  const key = await api.makeKey(admin, ['read']);
  const all = JSON.stringify(await api.db.query.auditRecords.findMany());
  for (const secret of [token, key.headers['x-api-key'], admin.authorization?.replace('Bearer ', '') ?? ''])
    expect(all).not.toContain(secret);
});

test('an act that is undone leaves no record', async () => {
  const eve = await api.addPerson('investigator');
  await api.db.execute(
    sql`alter table "user" add constraint no_researchers check (id <> ${sql.raw(`'${eve.id}'`)} or role <> 'researcher')`,
  );
  const rows = await recordedBy(async () => {
    await expect(api.mutate('people.setRole', admin, { id: eve.id, role: 'researcher' })).rejects.toThrow('500');
  });
  expect(rows).toEqual([]);
});
