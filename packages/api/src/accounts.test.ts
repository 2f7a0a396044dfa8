import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { ensureRuns, listUploadCases } from '@assay/db';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { administrator, postJson, startTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let admin: Record<string, string>;

beforeAll(async () => {
  api = await startTestApi();
  await api.addModels({ names: ['text'] });
  admin = await api.signIn();
});
afterAll(() => api.close());

const password = 'three words that no one guesses';
const invite = (role = 'investigator') => api.mutate<{ token: string }>('people.invite', admin, { role, note: 'Eve' });
const accept = (person: object) => postJson(`${api.url}/api/auth/accept-invitation`, person);
const signIn = (person: object) => postJson(`${api.url}/api/auth/sign-in/username`, person);
const me = (headers: Record<string, string>) => fetch(`${api.url}/trpc/session.me`, { headers });
const call = (procedure: string, headers: Record<string, string>, input: unknown) =>
  postJson(`${api.url}/trpc/${procedure}`, input, headers);
const query = async <T>(procedure: string, headers: Record<string, string>) => {
  const answer = await fetch(`${api.url}/trpc/${procedure}`, { headers });
  return ((await answer.json()) as { result: { data: T } }).result.data;
};
const refusalOf = async (answer: Response) => {
  const { error } = (await answer.json()) as { error: { message: string; code?: string; data?: { appCode: string } } };
  return { status: answer.status, code: error.data?.appCode ?? error.code, message: error.message };
};
const listed = () =>
  query<{ people: { id: string; username: string; role: string }[]; invitations: { id: string; note: string }[] }>(
    'people.list',
    admin,
  );

test('the first account is an administrator', async () => {
  expect((await listed()).people).toMatchObject([{ username: administrator.username, role: 'administrator' }]);
});

test('an invitation makes one account, with its role', async () => {
  const { token } = await invite('researcher');
  const seen = await postJson(`${api.url}/api/auth/link`, { token });
  expect(await seen.json()).toMatchObject({ kind: 'invitation', role: 'researcher' });
  expect((await listed()).invitations).toMatchObject([{ note: 'Eve' }]);

  expect(await refusalOf(await accept({ token, username: 'ADA', password }))).toMatchObject({
    status: 409,
    code: 'username_taken',
  });
  expect(await refusalOf(await accept({ token, username: 'eve', password: 'password1234' }))).toMatchObject({
    status: 400,
    code: 'weak_password',
  });
  const answers = await Promise.all(['eve', 'eva'].map((username) => accept({ token, username, password })));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
  expect((await listed()).invitations).toEqual([]);
  const made = answers.find(({ status }) => status === 200);
  const headers = { authorization: `Bearer ${made?.headers.get('set-auth-token')}` };
  expect(await query('session.me', headers)).toMatchObject({
    role: 'researcher',
    rights: ['self', 'account', 'keys', 'figures'],
  });
});

test('an invitation that was revoked or has ended is of no use', async () => {
  const revoked = await invite();
  const [invitation] = (await listed()).invitations;
  await api.mutate('people.revokeInvitation', admin, { id: invitation?.id });
  const ended = await invite();
  await api.db.execute('update account_links set ends_at = now() where used_at is null and revoked_at is null');
  for (const { token } of [revoked, ended])
    expect((await accept({ token, username: 'mallory', password })).status).toBe(404);
});

test('a disabled person is cut off at once: sessions, keys, what is open, and signing in', async () => {
  const eve = await api.addPerson('investigator');
  const key = await api.makeKey(eve.headers, ['upload']);
  // An upload that goes on for as long as it likes.
  const { hostname, port } = new URL(api.url);
  const slow = request({
    ...{ hostname, port, method: 'POST', path: '/model/predict' },
    headers: {
      ...eve.headers,
      'content-type': 'multipart/form-data; boundary=x',
      'content-length': 1_000_000,
      expect: '100-continue',
    },
  });
  const broken = once(slow, 'error');
  // It is being answered once it may go on.
  await once(slow, 'continue');
  slow.write('--x\r\ncontent-disposition: form-data; name="objects"; filename="a.txt"\r\n\r\n');
  await api.mutate('people.disable', admin, { id: eve.id });
  expect(String(await broken)).toMatch(/hang up|ECONNRESET/);
  expect((await me(eve.headers)).status).toBe(401);
  expect((await me(key.headers)).status).toBe(401);
  const refused = await signIn(eve);
  expect([refused.status, await refused.text()]).toEqual([403, expect.stringMatching(/account is disabled/)]);

  await api.mutate('people.enable', admin, { id: eve.id });
  expect((await me(eve.headers)).status).toBe(401);
  expect((await me(key.headers)).status).toBe(200);
  expect((await signIn(eve)).status).toBe(200);
});

test('an upload that is just being recorded does not hold up who disables its sender', async () => {
  const eve = await api.addPerson('investigator');
  await api.db.transaction(async (tx) => {
    const [within] = await listUploadCases(tx, eve, undefined);
    await ensureRuns(tx, eve, [{ id: randomUUID(), caseId: within?.id ?? '' }]);
    await api.mutate('people.disable', admin, { id: eve.id });
  });
  expect((await me(eve.headers)).status).toBe(401);
});

test('there is always an administrator', async () => {
  const bob = await api.addPerson('administrator');
  const ada = (await listed()).people.find(({ username }) => username === administrator.username);
  // Whoever comes second is refused, is no administrator by then, or is cut off because of that.
  const changed = await Promise.all(
    [
      call('people.setRole', admin, { id: bob.id, role: 'researcher' }),
      call('people.setRole', bob.headers, { id: ada?.id, role: 'researcher' }),
    ].map((asked) =>
      asked.then(
        ({ status }) => status === 200,
        () => false,
      ),
    ),
  );
  expect(changed.filter(Boolean)).toHaveLength(1);
  if (changed[1]) await api.mutate('people.setRole', bob.headers, { id: ada?.id, role: 'administrator' });
  await api.mutate('people.setRole', admin, { id: bob.id, role: 'researcher' });
  for (const [act, input] of [
    ['setRole', { id: ada?.id, role: 'investigator' }],
    ['disable', { id: ada?.id }],
  ] as const)
    expect(await refusalOf(await call(`people.${act}`, admin, input))).toMatchObject({ code: 'last_administrator' });
});

test('a new role counts at once, for keys too', async () => {
  const eve = await api.addPerson('administrator');
  const { headers } = await api.makeKey(eve.headers, ['models:register', 'read']);
  const rights = async () => (await query<{ rights: string[] }>('session.me', headers)).rights;
  expect(await rights()).toEqual(['self', 'figures', 'read', 'models:register']);
  await api.mutate('people.setRole', admin, { id: eve.id, role: 'investigator' });
  expect(await rights()).toEqual(['self', 'figures', 'read']);
  await api.mutate('people.setRole', admin, { id: eve.id, role: 'researcher' });
  expect(await rights()).toEqual(['self', 'figures']);
  expect((await call('people.invite', eve.headers, { role: 'administrator' })).status).toBe(403);
});

test('a key is shown once, kept hashed, told by name, and says which scope it lacks', async () => {
  const eve = await api.addPerson('investigator');
  const wish = { name: 'ingest at the lab', scopes: ['upload'], days: 30 };
  const { key } = await api.mutate<{ key: string }>('keys.make', eve.headers, wish);
  expect(key).toMatch(/^assay_/);
  const [row] = await query<Record<string, unknown>[]>('keys.list', eve.headers);
  expect(row).toMatchObject({ name: wish.name, scopes: ['upload'], state: 'good', lastUsedAt: null });
  expect(JSON.stringify(row)).not.toContain(key);
  const kept = await api.db.execute('select * from apikey');
  expect(JSON.stringify(kept)).not.toContain(key);

  for (const name of ['x-api-key', 'api_key']) expect((await me({ [name]: key })).status).toBe(200);
  const results = await postJson(`${api.url}/model/results`, [], { 'x-api-key': key });
  expect(await refusalOf(results)).toMatchObject({
    status: 403,
    message: expect.stringMatching(/ingest at the lab does not have the scope read/),
  });
  const [used] = await query<{ lastUsedAt: string }[]>('keys.list', eve.headers);
  expect(Date.now() - Date.parse(used?.lastUsedAt ?? '')).toBeLessThan(60_000);
  expect((await me({ 'x-api-key': `${key}x` })).status).toBe(401);
});

test('a key that was revoked or has ended is of no use, and stays listed', async () => {
  const eve = await api.addPerson('investigator');
  const [revoked, ended] = [await api.makeKey(eve.headers, []), await api.makeKey(eve.headers, ['read'])];
  const mallory = await api.addPerson('investigator');
  expect((await call('keys.revoke', mallory.headers, { id: revoked.id })).status).toBe(404);
  await api.mutate('keys.revoke', eve.headers, { id: revoked.id });
  await api.db.execute(`update apikey set ends_at = now() where id = '${ended.id}'`);
  for (const { headers } of [revoked, ended]) expect((await me(headers)).status).toBe(401);
  await api.makeKey(eve.headers, ['upload']);
  const keys = await query<{ state: string }[]>('keys.list', eve.headers);
  expect(keys.map(({ state }) => state)).toEqual(['good', 'ended', 'revoked']);
});

test('a role can give no key what it may not do itself', async () => {
  const eve = await api.addPerson('investigator');
  const answer = await call('keys.make', eve.headers, { name: 'x', scopes: ['models:register'], days: null });
  expect(await refusalOf(answer)).toMatchObject({ status: 403, message: expect.stringMatching(/models:register/) });
});

test('a link to a new password works once, and ends every session', async () => {
  const eve = await api.addPerson('investigator');
  const older = await api.mutate<{ token: string }>('people.resetPassword', admin, { id: eve.id });
  const { token } = await api.mutate<{ token: string }>('people.resetPassword', admin, { id: eve.id });
  const choose = (token: string) =>
    postJson(`${api.url}/api/auth/choose-password`, { token, password: 'quite another set of words' });
  expect((await choose(older.token)).status).toBe(404);
  const chosen = await choose(token);
  expect(chosen.status).toBe(200);
  expect((await choose(token)).status).toBe(404);
  expect((await me(eve.headers)).status).toBe(401);
  expect((await me({ authorization: `Bearer ${chosen.headers.get('set-auth-token')}` })).status).toBe(200);
  expect((await signIn(eve)).status).toBe(401);
});

test('an own password is changed by who knows it, and ends other sessions', async () => {
  const eve = await api.addPerson('researcher');
  const other = await api.signIn(eve);
  const change = (current: string, next: string) => call('account.changePassword', eve.headers, { current, next });
  expect(await refusalOf(await change('wrong', 'quite another set of words'))).toMatchObject({
    code: 'wrong_password',
  });
  expect(await refusalOf(await change(eve.password, eve.username.repeat(2)))).toMatchObject({ code: 'weak_password' });
  expect((await change(eve.password, 'quite another set of words')).status).toBe(200);
  expect([(await me(eve.headers)).status, (await me(other)).status]).toEqual([200, 401]);
  expect((await signIn({ username: eve.username, password: 'quite another set of words' })).status).toBe(200);
});

test('sessions are listed and ended by whose they are', async () => {
  const eve = await api.addPerson('investigator');
  const other = await api.signIn(eve);
  const sessions = await query<{ id: string; isThis: boolean; ipAddress: string }[]>('account.sessions', eve.headers);
  expect(sessions.map(({ isThis, ipAddress }) => [isThis, ipAddress])).toEqual([
    [false, '127.0.0.1'],
    [true, '127.0.0.1'],
  ]);
  const id = sessions[0]?.id;
  expect((await call('account.endSession', admin, { id })).status).toBe(404);
  await api.mutate('account.endSession', eve.headers, { id });
  expect([(await me(eve.headers)).status, (await me(other)).status]).toEqual([200, 401]);
});

test('who guesses too often is refused, with the right password too, and whether there is such an account or not', async () => {
  const eve = await api.addPerson('investigator');
  for (const username of [eve.username, 'nobody-at-all']) {
    expect((await signIn({ username, password: 'wrong' })).status).toBe(401);
    await api.db.execute("update guesses set count = 9 where key like 'account % from %'");
    const guesses = await Promise.all([1, 2, 3].map(() => signIn({ username, password: 'wrong' })));
    expect(guesses.map(({ status }) => status).sort()).toEqual([401, 429, 429]);
    expect((await signIn({ username, password: eve.password })).status).toBe(429);
  }
  expect((await me(eve.headers)).status).toBe(200);
  expect((await signIn(administrator)).status).toBe(200);
  await api.db.execute("update guesses set since = now() - interval '16 minutes'");
  expect((await signIn(eve)).status).toBe(200);
});
