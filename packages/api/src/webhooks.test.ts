import { randomUUID } from 'node:crypto';
import type { ErrorBody } from '@assay/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let auth: { authorization: string };

beforeAll(async () => {
  api = await startTestApi();
  auth = await api.signIn();
  await api.addModels({ names: ['text'] });
});
afterAll(() => api.close());

const url = 'http://127.0.0.1:9/done';
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

async function upload(fields: Record<string, string>): Promise<Response> {
  const form = new FormData();
  form.append('models', 'names');
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('objects', new Blob([`A text, ${randomUUID()}.`]), 'a.txt');
  return fetch(`${api.url}/model/predict`, { method: 'POST', headers: auth, body: form });
}

async function list(run: string): Promise<string> {
  const asked = encodeURIComponent(JSON.stringify({ run }));
  return (await fetch(`${api.url}/trpc/webhooks.list?input=${asked}`, { headers: auth })).text();
}

test('an upload names a webhook for its run; others of the run may name it too; its secret is never told', async () => {
  const run = randomUUID();
  const webhook = JSON.stringify({ url, secret });
  for (const answer of [await upload({ run, webhook }), await upload({ run, webhook })]) {
    expect(answer.status).toBe(202);
    expect(await answer.text()).not.toContain('whsec_');
  }
  const listed = await list(run);
  expect(JSON.parse(listed)).toMatchObject({
    result: {
      data: [{ url, addedBy: 'ada', deliveries: [{ event: 'webhook.added', state: 'waiting', attempts: 0 }] }],
    },
  });
  expect(listed).not.toContain('whsec_');

  const other = JSON.stringify({ url, secret: `whsec_${Buffer.alloc(32, 8).toString('base64')}` });
  const refused = await upload({ run, webhook: other });
  expect(refused.status).toBe(409);
  expect(((await refused.json()) as ErrorBody).error).toMatchObject({ details: [{ field: 'webhook' }] });
});

test.each([
  ['no JSON', 'http://127.0.0.1:9', /webhook is JSON such as/],
  ['no secret', JSON.stringify({ url }), /secret/],
  ['a weak secret', JSON.stringify({ url, secret: 'whsec_abc' }), /24 to 64 random bytes/],
  ['an address of another kind', JSON.stringify({ url: 'ftp://127.0.0.1/', secret }), /begins with http/],
  ['an address with a password', JSON.stringify({ url: 'http://a:b@127.0.0.1/', secret }), /no user name/],
])('a webhook that is %s is refused with what is wrong, and nothing is kept', async (_, webhook, message) => {
  const run = randomUUID();
  const answer = await upload({ run, webhook });
  expect(answer.status).toBe(400);
  const [fault] = ((await answer.json()) as ErrorBody).error.details;
  expect(fault).toMatchObject({ field: 'webhook', message: expect.stringMatching(message) });
  expect(JSON.parse(await list(run))).toMatchObject({ error: { data: { httpStatus: 404 } } });
});

test('one is added to a run later, with a secret that is told once; removed; and nobody else’s', async () => {
  const { run } = (await (await upload({})).json()) as { run: string };
  const added = await api.mutate<{ id: string; secret: string }>('webhooks.add', auth, { run, url });
  expect(added.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(await list(run)).not.toContain(added.secret);
  await expect(api.mutate('webhooks.add', auth, { run, url })).rejects.toThrow('409');
  await expect(api.mutate('webhooks.add', auth, { run, url: 'javascript:alert(1)' })).rejects.toThrow('400');

  const { headers } = await api.addPerson('investigator');
  await expect(api.mutate('webhooks.add', headers, { run, url })).rejects.toThrow('404');
  await expect(api.mutate('webhooks.remove', headers, { id: added.id })).rejects.toThrow('404');
  const delivery = JSON.parse(await list(run)).result.data[0].deliveries[0].id as string;
  await expect(api.mutate('webhooks.sendAgain', headers, { id: delivery })).rejects.toThrow('404');
  await api.mutate('webhooks.sendAgain', auth, { id: delivery });

  await api.mutate('webhooks.remove', auth, { id: added.id });
  expect(JSON.parse(await list(run))).toMatchObject({ result: { data: [] } });
});
