import { showCode } from '@assay/shared/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postJson, startTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let admin: { authorization: string };

beforeAll(async () => {
  api = await startTestApi({ secondFactor: 'administrators' });
  admin = await api.signIn();
});
afterAll(() => api.close());

interface Begun {
  uri: string;
  backupCodes: string[];
}
type Headers = Record<string, string>;
const begin = (headers: Headers, password: string) =>
  api.mutate<Begun>('account.beginSecondFactor', headers, { password });
const verify = (headers: Headers, code: string, kind = 'totp') =>
  postJson(`${api.url}/api/auth/two-factor/verify-${kind}`, { code, trustDevice: true }, headers);
const bearerOf = (answer: Response) => ({ authorization: `Bearer ${answer.headers.get('set-auth-token')}` });
const me = async (headers: Headers) => {
  const answer = await fetch(`${api.url}/trpc/session.me`, { headers });
  return ((await answer.json()) as { result?: { data: Record<string, unknown> } }).result?.data;
};

/** With a password alone: what the browser keeps until it sends the code. */
async function giveMyPassword(person: { username: string; password: string }): Promise<Headers> {
  const answer = await postJson(`${api.url}/api/auth/sign-in/username`, person);
  expect(await answer.json()).toMatchObject({ twoFactorRedirect: true });
  expect(await me(bearerOf(answer))).toBeUndefined();
  const cookies = answer.headers.getSetCookie().map((text) => text.split(';')[0] ?? '');
  expect(await me({ cookie: cookies.join('; ') })).toBeUndefined();
  return { cookie: cookies.filter((text) => text.includes('two_factor')).join('; '), origin: api.url };
}

test('whoever has to have one can do nothing before', async () => {
  expect(await me(admin)).toMatchObject({ mustEnrol: true, rights: ['self', 'account'] });
  for (const procedure of ['people.invite', 'keys.make']) {
    const answer = await postJson(`${api.url}/trpc/${procedure}`, {}, admin);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ error: { data: { appCode: 'second_factor_required' } } });
  }
  expect((await fetch(`${api.url}/model/list`, { headers: admin })).status).toBe(403);

  const { uri } = await begin(admin, 'correct horse battery');
  expect(decodeURIComponent(uri)).toMatch(/^otpauth:\/\/totp\/Assay:ada\?/);
  expect((await verify(admin, '000000')).status).toBe(401);
  expect(await me(admin)).toMatchObject({ hasSecondFactor: false });
  const enrolled = await verify(admin, showCode(uri));
  expect(enrolled.status).toBe(200);
  expect(await me(admin)).toBeUndefined();
  admin = bearerOf(enrolled);
  expect(await me(admin)).toMatchObject({ hasSecondFactor: true, mustEnrol: false });
  expect((await fetch(`${api.url}/model/list`, { headers: admin })).status).toBe(200);
});

test('a password alone opens nothing; a code does, and a backup code once', async () => {
  const eve = await api.addPerson('investigator', admin);
  expect(await me(eve.headers)).toMatchObject({ mustEnrol: false });
  const { uri, backupCodes } = await begin(eve.headers, eve.password);
  await verify(eve.headers, showCode(uri));

  const wrong = await giveMyPassword(eve);
  expect((await verify(wrong, '000000')).status).toBe(401);
  const right = await verify(wrong, showCode(uri));
  expect(await me(bearerOf(right))).toMatchObject({ username: eve.username });
  // The browser is not let off the next time, whatever it asked for.
  expect(right.headers.getSetCookie().join()).not.toMatch(/trust/);

  const [code = ''] = backupCodes;
  expect((await verify(await giveMyPassword(eve), code, 'backup-code')).status).toBe(200);
  expect((await verify(await giveMyPassword(eve), code, 'backup-code')).status).toBe(401);
});

test('too many wrong codes end the try', async () => {
  const eve = await api.addPerson('investigator', admin);
  const { uri } = await begin(eve.headers, eve.password);
  await verify(eve.headers, showCode(uri));
  const challenge = await giveMyPassword(eve);
  for (let i = 0; i < 5; i++) expect((await verify(challenge, '000000')).status).toBe(401);
  expect((await verify(challenge, showCode(uri))).status).toBe(400);
  expect((await verify(challenge, showCode(uri))).status).toBe(401);
});

test('it is removed by who has the password, and by an administrator, who ends the sessions too', async () => {
  const eve = await api.addPerson('investigator', admin);
  const enrol = async (headers: Headers) =>
    bearerOf(await verify(headers, showCode((await begin(headers, eve.password)).uri)));
  let headers = await enrol(eve.headers);
  const end = (password: string) => postJson(`${api.url}/trpc/account.endSecondFactor`, { password }, headers);
  expect((await end('wrong')).status).toBe(403);
  expect((await end(eve.password)).status).toBe(200);
  headers = await enrol(await api.signIn(eve));
  await api.mutate('people.removeSecondFactor', admin, { id: eve.id });
  expect(await me(headers)).toBeUndefined();
  expect(await me(await api.signIn(eve))).toMatchObject({ hasSecondFactor: false });
});
