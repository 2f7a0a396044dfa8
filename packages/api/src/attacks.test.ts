import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApp } from './app.ts';
import { createServer } from './server.ts';
import { administrator, postJson, startTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let admin: Record<string, string>;
/** As a browser sends it. */
let cookie: string;

beforeAll(async () => {
  api = await startTestApi();
  await api.addModels({ names: ['text'] });
  admin = await api.signIn();
  const answer = await postJson(`${api.url}/api/auth/sign-in/username`, administrator);
  cookie = cookieOf(answer);
});
afterAll(() => api.close());

const cookieOf = (answer: Response) =>
  answer.headers
    .getSetCookie()
    .find((text) => text.includes('session_token'))
    ?.split(';')[0] ?? '';
const me = (headers: Record<string, string>) => fetch(`${api.url}/trpc/session.me`, { headers });
const foreign = ['https://evil.example', 'null', 'http://127.0.0.1:1', 'not an address'];

test('a session that somebody planted before is not the one that signing in opens', async () => {
  const planted = `${cookie.split('=')[0]}=planted.signature`;
  const answer = await postJson(`${api.url}/api/auth/sign-in/username`, administrator, {
    cookie: planted,
    origin: api.url,
  });
  expect(answer.status).toBe(200);
  const given = cookieOf(answer);
  expect(given).not.toContain('planted');
  expect(given).not.toBe(cookie);
  expect((await me({ cookie: planted })).status).toBe(401);
  expect((await me({ cookie: given })).status).toBe(200);
});

test('a session that was signed out of opens nothing any more', async () => {
  const answer = await postJson(`${api.url}/api/auth/sign-in/username`, administrator);
  const own = cookieOf(answer);
  const out = await postJson(`${api.url}/api/auth/sign-out`, {}, { cookie: own, origin: api.url });
  expect(out.status).toBe(200);
  expect(out.headers.getSetCookie().join()).toMatch(/session_token=;.*Max-Age=0/);
  expect((await me({ cookie: own })).status).toBe(401);
});

test('the session cookie is out of reach of scripts and other sites, and for all paths', async () => {
  const answer = await postJson(`${api.url}/api/auth/sign-in/username`, administrator);
  for (const text of answer.headers.getSetCookie()) {
    expect(text).toMatch(/; Path=\//);
    expect(text).toMatch(/; HttpOnly/);
    expect(text).toMatch(/; SameSite=Lax/);
    expect(text).not.toMatch(/Domain=/i);
  }
});

describe.each(foreign)('a page of %s with this browser’s session', (origin) => {
  const form = () => {
    const body = new FormData();
    body.append('models', 'names');
    body.append('objects', new Blob([randomUUID()]), 'a.txt');
    return body;
  };
  test.each<[string, string, () => RequestInit]>([
    ['an upload by a form', '/model/predict', () => ({ method: 'POST', body: form() })],
    ['a form in plain text', '/trpc/keys.make', () => ({ method: 'POST', body: '{"name":"x","scopes":[],"days":1}' })],
    [
      'a fetch',
      '/trpc/people.invite',
      () => ({ method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"role":"administrator"}' }),
    ],
    ['a resumable upload', '/upload/tus', () => ({ method: 'POST', headers: { 'tus-resumable': '1.0.0' } })],
    ['more of one', `/upload/tus/${randomUUID()}`, () => ({ method: 'PATCH', headers: { 'tus-resumable': '1.0.0' } })],
    ['the end of one', `/upload/tus/${randomUUID()}`, () => ({ method: 'DELETE' })],
    [
      'a sign-out',
      '/api/auth/sign-out',
      () => ({ method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }),
    ],
  ])('%s is refused', async (_, path, init) => {
    const { headers, ...rest } = init();
    const answer = await fetch(api.url + path, { ...rest, headers: { ...(headers as object), cookie, origin } });
    expect(answer.status).toBe(403);
    expect(await answer.text()).toMatch(/other sites/);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect((await me({ cookie })).status).toBe(200);
  });

  test('a sign-in by a form is refused', async () => {
    const body = new URLSearchParams(administrator);
    const answer = await fetch(`${api.url}/api/auth/sign-in/username`, { method: 'POST', body, headers: { origin } });
    expect(answer.status).toBe(415);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });
});

test('JSON that is too large is refused with the limit, wherever it goes', async () => {
  const huge = 'x'.repeat(5 * 2 ** 20);
  for (const path of [
    '/model/results',
    '/objects/known',
    '/model/register',
    '/api/auth/sign-in/username',
    '/trpc/keys.make',
  ]) {
    const answer = await postJson(api.url + path, { name: huge, username: huge }, admin);
    expect([path, answer.status]).toEqual([path, 413]);
  }
});

test('keys of JSON that mean something to JavaScript change nothing', async () => {
  const bodies = [
    '{"__proto__":{"role":"administrator","disabled":true},"role":"researcher","note":"a"}',
    '{"constructor":{"prototype":{"role":"administrator"}},"role":"researcher","note":"b"}',
  ];
  for (const body of bodies) {
    const answer = await fetch(`${api.url}/trpc/people.invite`, {
      method: 'POST',
      body,
      headers: { ...admin, 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(200);
  }
  const made = await api.db.query.accountLinks.findMany();
  expect(made.map(({ role }) => role)).toEqual(['researcher', 'researcher']);
  for (const body of [
    '{"__proto__":{"username":"ada"},"password":"x"}',
    '{"username":{"__proto__":{}},"password":"x"}',
  ]) {
    const answer = await fetch(`${api.url}/api/auth/sign-in/username`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(400);
  }
  expect(({} as Record<string, unknown>).role).toBeUndefined();
});

const nasty = [
  `'; drop table "user"; --`,
  `" or ""="`,
  '$1 $2 %s \\',
  'a\r\nSet-Cookie: stolen=1\r\n\r\n<script>alert(1)</script>',
  '{}); delete from runs; --',
  '\u202Egpj.exe',
];

test.each(nasty)('%j is a text like any other, in every field that takes one', async (text) => {
  const name = text.trim().slice(0, 100);
  const key = await api.mutate<{ id: string }>('keys.make', admin, { name, scopes: [], days: 1 });
  const invited = await postJson(`${api.url}/trpc/people.invite`, { role: 'researcher', note: text }, admin);
  expect(invited.status).toBe(200);
  const keys = await api.db.query.apikey.findMany({ where: (t, { eq }) => eq(t.id, key.id) });
  expect(keys[0]?.name).toBe(name);

  const form = new FormData();
  form.append('models', 'names');
  form.append('objects', new Blob([`Of ${text}`]), text);
  const uploaded = await fetch(`${api.url}/model/predict`, { method: 'POST', headers: admin, body: form });
  expect(uploaded.status).toBe(202);
  const { objects } = (await uploaded.json()) as { objects: [{ sha256: string }] };
  const bytes = await fetch(`${api.url}/objects/${objects[0].sha256}/content`, { headers: admin });
  expect(bytes.status).toBe(200);
  expect(bytes.headers.getSetCookie()).toEqual([]);
  expect(bytes.headers.get('content-disposition')).not.toMatch(/[\r\n]/);
  await bytes.text();

  for (const [path, body] of [
    ['/trpc/people.setRole', { id: text, role: 'researcher' }],
    ['/trpc/people.disable', { id: text }],
    ['/trpc/keys.revoke', { id: text }],
    ['/trpc/account.endSession', { id: text }],
    ['/trpc/models.cancel', { model: text }],
    ['/trpc/models.removeAddress', { url: text }],
    ['/trpc/runs.cancel', { id: text }],
    ['/model/register', { url: text }],
    ['/objects/known', [{ sha256: text, size: 1 }]],
    ['/api/auth/link', { token: text }],
    ['/api/auth/accept-invitation', { token: text, username: text, password: text }],
    ['/api/auth/two-factor/verify-totp', { code: text }],
    ['/api/auth/sign-in/username', { username: text, password: text }],
  ] as const) {
    const answer = await postJson(api.url + path, body, path.startsWith('/api') ? {} : admin);
    expect([path, answer.status >= 400 && answer.status < 500]).toEqual([path, true]);
    expect(answer.headers.getSetCookie().join()).not.toContain('stolen');
  }
  expect((await me(admin)).status).toBe(200);
});

test.each([
  '../../secret',
  '..%2f..%2fsecret',
  '%2e%2e%2f%2e%2e%2fsecret',
  `${'0'.repeat(62)}..`,
  `${'0'.repeat(64)}%00`,
  '.incoming',
  'incoming',
  `ab%2f${'0'.repeat(64)}`,
  '%E0%A4%A',
])('%s is no hash, and nothing is found by it', async (hash) => {
  const answer = await fetch(`${api.url}/objects/${hash}/content`, { headers: admin });
  expect([400, 404]).toContain(answer.status);
  const results = await postJson(`${api.url}/model/results`, [hash], admin);
  expect(await results.json()).toMatchObject([{ found: false }]);
});

test('what is not there and what is somebody else’s are answered alike', async () => {
  const eve = await api.addPerson('investigator');
  const form = new FormData();
  form.append('models', 'names');
  form.append('objects', new Blob(['A text of the administrator.']), 'a.txt');
  const answer = await fetch(`${api.url}/model/predict`, { method: 'POST', headers: admin, body: form });
  const { run } = (await answer.json()) as { run: string };
  const ask = async (id: string) => {
    const refused = await postJson(`${api.url}/trpc/runs.cancel`, { id }, eve.headers);
    return { status: refused.status, text: (await refused.text()).replaceAll(id, 'ID') };
  };
  expect(await ask(run)).toEqual(await ask(randomUUID()));
});

test('a key that was revoked opens nothing, however soon and often it is sent', async () => {
  const key = await api.makeKey(admin, ['read', 'upload']);
  const ask = () => fetch(`${api.url}/model/list`, { headers: key.headers }).then(({ status }) => status);
  expect(await ask()).toBe(200);
  await api.mutate('keys.revoke', admin, { id: key.id });
  expect(await Promise.all(Array.from({ length: 20 }, ask))).toEqual(Array(20).fill(401));
});

test('a wrong password costs the same work, whether there is such a person, a disabled one, or one without a password', async () => {
  const eve = await api.addPerson('investigator');
  await api.mutate('people.disable', admin, { id: eve.id });
  const guest = await api.addPerson('researcher');
  await api.db.execute(`delete from account where user_id = '${guest.id}'`);
  const app = await openApp(api.config);
  const http = (await createServer(app)).listen(0);
  try {
    const { password } = await app.auth.$context;
    const { hash, verify } = password;
    let work: string[] = [];
    password.hash = (text) => hash(text).finally(() => work.push('scrypt'));
    password.verify = (given) => verify(given).finally(() => work.push('scrypt'));
    const said: { status: number; text: string; work: string[] }[] = [];
    for (const username of [administrator.username, eve.username, guest.username, 'nobody-at-all']) {
      work = [];
      const { port } = http.address() as AddressInfo;
      const asked = { username, password: 'wrong' };
      const answer = await postJson(`http://127.0.0.1:${port}/api/auth/sign-in/username`, asked);
      said.push({ status: answer.status, text: await answer.text(), work });
    }
    expect(said[0]).toMatchObject({ status: 401, work: ['scrypt'] });
    expect(said).toEqual(said.map(() => said[0]));
  } finally {
    http.closeAllConnections();
    http.close();
    await app.close();
  }
});
