import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setUpToken } from '../auth.ts';
import { administrator, postJson, startTestApi, type TestApi } from '../testing.ts';

describe('with an administrator', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());

  test.each([
    ['GET', '/nothing'],
    ['POST', '/'],
    ['POST', '/model/predict'],
    ['POST', '/model/results'],
    ['GET', '/model/list'],
    ['POST', '/model/register'],
    ['POST', '/trpc/models.register'],
    ['POST', '/upload/tus'],
    ['OPTIONS', '/upload/tus'],
    ['PATCH', `/upload/tus/${crypto.randomUUID()}`],
    ['GET', `/upload/tus/${crypto.randomUUID()}`],
    ['POST', '/objects/known'],
    ['POST', '/trpc/objects.known'],
    ['GET', `/objects/${'0'.repeat(64)}/content`],
    ['GET', '/trpc/session.me'],
    ['GET', '/trpc/nothing'],
    ['GET', '/api/auth/get-session'],
    ['GET', '/api/auth/ok'],
    ['POST', '/api/auth/sign-up/email'],
    ['POST', '/api/auth/sign-in/email'],
    ['POST', '/api/auth/is-username-available'],
    ['GET', '/api/anything'],
  ])('a stranger gets 401 at %s %s', async (method, path) => {
    const answer = await fetch(api.url + path, { method });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ error: { code: 'not_signed_in', details: [] } });
  });

  test('a stranger gets the page, and health', async () => {
    for (const path of ['/', '/sign-in', '/runs/some-run', '/objects/abc']) {
      const page = await fetch(api.url + path, { headers: { accept: 'text/html,*/*;q=0.8' } });
      expect(page.status).toBe(200);
      const nonce = /content="([^"]+)"/.exec(await page.text())?.[1];
      expect(page.headers.get('content-security-policy')).toContain(`style-src 'self' 'nonce-${nonce}'`);
      expect(page.headers.get('content-security-policy')).not.toContain('unsafe-inline');
    }
    expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
    const ready = await fetch(`${api.url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({
      ready: false,
      waitingFor: { database: null, store: null, queue: null, worker: 'no worker is running', models: null },
    });
  });

  test('signing in gives a session cookie for pages and a bearer token for tools', async () => {
    const answer = await postJson(`${api.url}/api/auth/sign-in/username`, administrator);
    expect(answer.status).toBe(200);
    const cookie = answer.headers.getSetCookie().find((text) => text.includes('session_token'));
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Lax/);
    for (const headers of [
      { authorization: `Bearer ${answer.headers.get('set-auth-token')}` },
      { cookie: cookie?.split(';')[0] ?? '' },
    ]) {
      const me = await fetch(`${api.url}/trpc/session.me`, { headers });
      expect(await me.json()).toMatchObject({ result: { data: { username: 'ada' } } });
    }
  });

  test('a wrong password and an unknown name are answered alike', async () => {
    const signIn = (username: string) =>
      postJson(`${api.url}/api/auth/sign-in/username`, { username, password: 'wrong password' });
    const [known, unknown] = [await signIn('ada'), await signIn('nobody')];
    expect([known.status, await known.text()]).toEqual([401, await unknown.text()]);
  });

  test('a token that was not signed here opens nothing', async () => {
    const answer = await postJson(`${api.url}/api/auth/sign-in/username`, administrator);
    const { token } = (await answer.json()) as { token: string };
    const forged = `${token}.${createHmac('sha256', 'another secret').update(token).digest('base64')}`;
    for (const bearer of [token, forged]) {
      const me = await fetch(`${api.url}/trpc/session.me`, { headers: { authorization: `Bearer ${bearer}` } });
      expect(me.status).toBe(401);
    }
  });

  test('the set-up link is of no use any more', async () => {
    const answer = await postJson(`${api.url}/api/auth/set-up`, {
      token: setUpToken(api.secret),
      username: 'mallory',
      password: 'a long enough password',
    });
    expect(answer.status).toBe(409);
  });

  test('an unknown route is 404 to somebody who is signed in', async () => {
    const answer = await fetch(`${api.url}/nothing`, { headers: await api.signIn() });
    expect(answer.status).toBe(404);
  });
});

describe('with nobody yet', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi({ admin: false });
  });
  afterAll(() => api.close());

  const setUp = (person: object) => postJson(`${api.url}/api/auth/set-up`, person);

  test('the set-up link makes the first account, once, and signs it in', async () => {
    const token = setUpToken(api.secret);
    expect((await setUp({ token: 'guess', username: 'ada', password: 'a long enough password' })).status).toBe(401);
    const faulty = await setUp({ token, username: 'a b', password: 'short' });
    expect(faulty.status).toBe(400);
    expect(await faulty.json()).toMatchObject({
      error: { details: [{ field: 'username' }, { field: 'password' }] },
    });
    const people = ['ada', 'bob', 'cleo'].map((username) =>
      setUp({ token, username, password: 'a long enough password' }),
    );
    const answers = await Promise.all(people);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    const bearer = answers.find(({ status }) => status === 200)?.headers.get('set-auth-token');
    const me = await fetch(`${api.url}/trpc/session.me`, { headers: { authorization: `Bearer ${bearer}` } });
    expect(me.status).toBe(200);
  });
});
