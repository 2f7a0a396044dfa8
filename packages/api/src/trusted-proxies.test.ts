import { afterEach, expect, test } from 'vitest';
import { administrator, postJson, startTestApi, type TestApi } from './testing.ts';

let api: TestApi;
afterEach(() => api.close());

/** The address that is put down for somebody who signs in with this header. */
async function addressOf(forwarded: string): Promise<string | null | undefined> {
  const answer = await postJson(`${api.url}/api/auth/sign-in/username`, administrator, {
    'x-forwarded-for': forwarded,
  });
  expect(answer.status).toBe(200);
  const [record] = await api.db.query.auditRecords.findMany({ orderBy: (t, { desc }) => desc(t.id), limit: 1 });
  const sessions = await api.db.query.session.findMany({ orderBy: (t, { desc }) => desc(t.createdAt), limit: 1 });
  expect(sessions[0]?.ipAddress).toBe(record?.address);
  return record?.address;
}

test('X-Forwarded-For is not believed of anybody, unless said', async () => {
  api = await startTestApi();
  expect(await addressOf('203.0.113.7')).toBe('127.0.0.1');
});

test('of a proxy that is named it is, and what a client put before its own address is not', async () => {
  api = await startTestApi({ trustedProxies: ['127.0.0.0/8'] });
  expect(await addressOf('203.0.113.7')).toBe('203.0.113.7');
  expect(await addressOf('198.51.100.1, 203.0.113.8')).toBe('203.0.113.8');
});

test('of another proxy it is not', async () => {
  api = await startTestApi({ trustedProxies: ['10.0.0.0/24'] });
  expect(await addressOf('203.0.113.7')).toBe('127.0.0.1');
});

test('behind TLS cookies go over TLS only', async () => {
  api = await startTestApi();
  const signIn = (headers: Record<string, string>) =>
    postJson(`${api.url}/api/auth/sign-in/username`, administrator, headers).then((answer) =>
      answer.headers.getSetCookie(),
    );
  const plain = await signIn({});
  const secure = await signIn({ 'x-forwarded-proto': 'https' });
  for (const cookie of [...plain, ...secure]) expect(cookie).toMatch(/HttpOnly; SameSite=Lax/i);
  expect(plain.join()).not.toMatch(/; Secure/i);
  for (const cookie of secure) expect(cookie).toMatch(/; Secure$/i);
});

test('behind TLS browsers are told to stay there, and without it nothing', async () => {
  api = await startTestApi();
  for (const path of ['/', '/healthz', '/model/list', '/nothing']) {
    const ask = (headers: Record<string, string>) =>
      fetch(api.url + path, { headers }).then((answer) => answer.headers.get('strict-transport-security'));
    expect([path, await ask({}), await ask({ 'x-forwarded-proto': 'https' })]).toEqual([
      path,
      null,
      'max-age=31536000',
    ]);
  }
});
