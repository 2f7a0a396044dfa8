import { showCode } from '@assay/shared/testing';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ProviderConfig } from './config.ts';
import { SignInProvider } from './services/sign-in-provider.ts';
import { postJson, startTestApi, type TestApi } from './testing.ts';
import { startProvider, type TestProvider } from './testing-provider.ts';

/** Who has an account at the provider, by what they type there. */
const there: Record<string, Record<string, unknown>> = {
  nina: { email: 'nina@elsewhere.example', email_verified: true, name: 'Nina N.' },
  grace: { email: 'Grace@police.example', email_verified: true, name: 'Grace', preferred_username: 'Grace H' },
  forger: { email: 'forger@police.example', email_verified: false },
  ada: { email: 'ada@police.example', email_verified: true },
  lise: { email: 'lise@police.example', email_verified: true },
  tom: { groups: ['staff', 'assay'] },
  ivy: {},
  uma: {},
};

let provider: TestProvider;
let api: TestApi;
let admin: { authorization: string };
const signUp = {
  domains: [] as string[],
  claim: undefined as ProviderConfig['signUp']['claim'],
  role: 'researcher' as const,
};
let config: ProviderConfig;

beforeAll(async () => {
  provider = await startProvider(there);
  const { issuer, clientId, clientSecret } = provider;
  config = { issuer, clientId, clientSecret, name: 'The Police', scopes: ['groups'], signUp, linkByEmail: false };
  api = await startTestApi({ provider: config, secondFactor: 'everybody' });
  provider.serve(api.url);
  admin = await enrol(await api.signIn(), 'correct horse battery');
});
afterAll(async () => {
  await api?.close();
  provider.close();
});
beforeEach(() => {
  Object.assign(signUp, { domains: [], claim: undefined });
  config.linkByEmail = false;
});

async function enrol(headers: { authorization: string }, password: string) {
  const { uri } = await api.mutate<{ uri: string }>('account.beginSecondFactor', headers, { password });
  const answer = await postJson(`${api.url}/api/auth/two-factor/verify-totp`, { code: showCode(uri) }, headers);
  return { authorization: `Bearer ${answer.headers.get('set-auth-token')}` };
}

/** A browser, as far as these two sites need one: it keeps cookies, and follows nothing by itself. */
function openBrowser() {
  const jars = new Map<string, Map<string, string>>();
  return async (url: string | URL, init: RequestInit = {}) => {
    const { origin } = new URL(url);
    const jar = jars.get(origin) ?? new Map<string, string>();
    jars.set(origin, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, cookie, origin } });
    for (const text of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
      jar.set(name, value);
    }
    return answer;
  };
}
type Browser = ReturnType<typeof openBrowser>;

const begin = (browser: Browser, body: object = {}, route = 'sign-in/provider', headers = {}) =>
  browser(`${api.url}/api/auth/${route}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

/** Signs in at the provider and agrees; the address that it sends the browser back to. */
async function goThere(browser: Browser, url: string, login: string): Promise<URL> {
  let at = new URL(url);
  let answer = await browser(at);
  for (let step = 0; step < 15; step++) {
    const location = answer.headers.get('location');
    if (location) {
      at = new URL(location, at);
      if (at.origin === api.url) return at;
      answer = await browser(at);
      continue;
    }
    const page = await answer.text();
    const action = /action="([^"]+)"/.exec(page)?.[1];
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
    if (!action || !prompt) throw new Error(`The provider answered ${answer.status}: ${page.slice(0, 500)}`);
    at = new URL(action, at);
    answer = await browser(at, { method: 'POST', body: new URLSearchParams({ prompt, login, password: 'any' }) });
  }
  throw new Error('The provider never sends anybody back');
}

/** From the sign-in page to where somebody ends up, with the cookie that they have then. */
async function signIn(login: string, body: object = {}, browser = openBrowser(), route?: string, headers = {}) {
  const begun = await begin(browser, body, route, headers);
  expect(begun.status, await begun.clone().text()).toBe(200);
  const { url } = (await begun.json()) as { url: string };
  const answer = await browser(await goThere(browser, url, login));
  expect(answer.status).toBe(302);
  const me = await browser(`${api.url}/trpc/session.me`);
  const { result } = (await me.json()) as { result?: { data: Record<string, unknown> } };
  return { at: answer.headers.get('location'), me: result?.data, answer };
}

const trail = async () => {
  const rows = await api.db.execute(
    sql`select act, outcome, username, details from audit_records where act <> 'results' order by id desc limit 2`,
  );
  return rows.map(({ act, outcome, username, details }) => ({ act, outcome, username, ...(details as object) }));
};
const invite = async (role = 'investigator') =>
  (await api.mutate<{ token: string }>('people.invite', admin, { role })).token;
const refused = { me: undefined, at: '/sign-in?error=not_invited' };

test('nobody has an account because the provider knows them', async () => {
  expect(await (await fetch(`${api.url}/api/auth/provider`)).json()).toEqual({ name: 'The Police' });
  for (const login of ['nina', 'grace', 'tom']) expect(await signIn(login)).toMatchObject(refused);
  const [last] = await trail();
  expect(last).toEqual({
    ...{ act: 'sign_in', outcome: 'refused', username: null },
    ...{ provider: config.issuer, code: 'not_invited' },
  });
  expect([...(await api.db.execute(sql`select from "user"`))]).toHaveLength(1);
});

test('who is invited makes an account there, once, and signs in with it from then on', async () => {
  const invitation = await invite();
  const first = await signIn('nina', { redirect: '/runs?x=1', invitation });
  expect(first.at).toBe('/runs?x=1');
  // The second factor that everybody must have here is the provider's to ask for.
  expect(first.me).toMatchObject({
    ...{ username: 'nina', name: 'Nina N.', role: 'investigator', mustEnrol: false, hasPassword: false },
    rights: expect.arrayContaining(['upload']),
  });
  expect(first.answer.headers.get('set-auth-token')).toBeNull();
  for (const cookie of first.answer.headers.getSetCookie().filter((text) => text.includes('session_token=')))
    expect(cookie).toMatch(/HttpOnly; SameSite=Lax/);
  expect((await trail()).map(({ act, username }) => [act, username])).toEqual([
    ['sign_in', 'nina'],
    ['accept_invitation', 'nina'],
  ]);
  expect((await signIn('nina')).me).toMatchObject({ id: first.me?.id });
  expect(await signIn('ivy', { invitation })).toMatchObject(refused);
  const kept = sql`select from account where provider_id = 'oidc' and coalesce(access_token, refresh_token, id_token) is not null`;
  expect([...(await api.db.execute(kept))]).toEqual([]);
});

test('a verified address in a domain, or a claim, gives an account with the role for that', async () => {
  signUp.domains = ['police.example'];
  expect(await signIn('forger')).toMatchObject(refused);
  expect((await signIn('grace')).me).toMatchObject({ username: 'graceh', role: 'researcher' });
  signUp.claim = { name: 'groups', value: 'assay' };
  expect((await signIn('tom')).me).toMatchObject({ role: 'researcher' });
  expect((await trail()).map(({ act }) => act)).toEqual(['sign_in', 'sign_up']);
  expect(await signIn('uma')).toMatchObject(refused);
});

test('who is disabled is refused, and it is on the trail', async () => {
  const { me } = await signIn('nina');
  await api.mutate('people.disable', admin, { id: me?.id });
  expect(await signIn('nina')).toMatchObject({ me: undefined, at: '/sign-in?error=banned_user' });
  expect((await trail())[0]).toMatchObject({ outcome: 'refused', username: 'nina', code: 'banned_user' });
  await api.mutate('people.enable', admin, { id: me?.id });
  expect((await signIn('nina')).me).toMatchObject({ username: 'nina' });
});

test('somebody with an account is recognised by an address only where that is configured, and never past a second factor', async () => {
  for (const username of ['forger', 'lise']) {
    const person = { username, password: 'three words that no one guesses' };
    const made = await postJson(`${api.url}/api/auth/accept-invitation`, { token: await invite(), ...person });
    expect(made.status).toBe(200);
  }
  signUp.domains = ['police.example'];
  config.linkByEmail = true;
  expect((await signIn('lise')).me).toMatchObject({ username: 'lise', role: 'investigator', hasPassword: true });
  expect((await trail()).map(({ act }) => act)).toEqual(['sign_in', 'link_provider']);
  // Not verified there: no address.
  expect((await signIn('forger')).me).toBeUndefined();
  // The administrator ada has a second factor.
  expect((await signIn('ada')).me).toMatchObject({ username: 'ada-2', role: 'researcher' });
});

test('who is signed in links their own account, and nobody else’s', async () => {
  const linked = await signIn('uma', {}, openBrowser(), 'link-provider', admin);
  expect(linked.me).toMatchObject({ username: 'ada', role: 'administrator' });
  expect((await signIn('uma')).me).toMatchObject({ username: 'ada' });
  const taken = await signIn('nina', {}, openBrowser(), 'link-provider', admin);
  expect(taken).toMatchObject({ me: undefined, at: '/account?error=linked_elsewhere' });
  const stranger = openBrowser();
  expect((await begin(stranger, {}, 'link-provider')).status).toBe(401);
});

const link = async (headers: { authorization: string }) => {
  const answer = await fetch(`${api.url}/trpc/account.provider`, { headers });
  return ((await answer.json()) as { result: { data: { linkedAt: string | null } } }).result.data.linkedAt;
};

test('a link is shown, and ended by whom it is; but not by who has no other way in', async () => {
  expect(await link(admin)).toMatch(/^\d{4}-/);
  await api.mutate('account.unlinkProvider', admin);
  expect((await trail())[0]).toMatchObject({ act: 'unlink_provider', outcome: 'done', username: 'ada' });
  expect(await link(admin)).toBeNull();
  await expect(api.mutate('account.unlinkProvider', admin)).rejects.toThrow(/404.*not linked/);
  expect((await signIn('uma')).me).toBeUndefined();

  const browser = openBrowser();
  expect((await signIn('ivy', { invitation: await invite() }, browser)).me).toMatchObject({ hasPassword: false });
  const answer = await browser(`${api.url}/trpc/account.unlinkProvider`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  });
  expect([answer.status, await answer.text()]).toEqual([403, expect.stringMatching(/no password/)]);
});

test('what did not begin in this browser ends in nothing', async () => {
  const { url } = (await (await begin(openBrowser())).json()) as { url: string };
  const back = await goThere(openBrowser(), url, 'nina');
  for (const address of [
    back,
    `${api.url}/api/auth/callback/oidc?code=x&state=y`,
    `${api.url}/api/auth/callback/oidc`,
  ]) {
    const answer = await openBrowser()(address);
    expect([answer.status, answer.headers.get('location')]).toEqual([302, expect.stringMatching(/^\/sign-in\?error=/)]);
    expect(answer.headers.getSetCookie().join()).not.toMatch(/session_token=[^;]/);
  }
});

test('nobody is sent elsewhere afterwards', async () => {
  for (const redirect of ['//evil.example', 'https://evil.example', '/\\evil.example', '/a\nb'])
    expect((await begin(openBrowser(), { redirect })).status).toBe(400);
});

test('a provider that is away, or is another than it says, lets nobody in', async () => {
  const open = (issuer: string) =>
    new SignInProvider(
      { ...config, issuer },
      { db: api.db, secret: api.secret, log: pino({ level: 'silent' }) },
    ).open();
  const away = { code: 'provider_away', message: expect.stringMatching(/The Police can’t be reached/) };
  await expect(open('http://127.0.0.1:9')).rejects.toMatchObject(away);
  await expect(open(config.issuer.replace('127.0.0.1', 'localhost'))).rejects.toMatchObject(away);
});
