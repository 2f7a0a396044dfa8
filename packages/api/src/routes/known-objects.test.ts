import { hash } from 'node:crypto';
import { errorBodySchema } from '@assay/shared';
import { createTRPCClient, httpLink } from '@trpc/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AppRouter } from '../router.ts';
import { startTestApi, type TestApi } from '../testing.ts';

const texts = ['The first text.', 'The second text, which is longer.'].map((text) => Buffer.from(text));
const [first, second] = texts.map((bytes) => ({ sha256: hash('sha256', bytes), size: bytes.length }));
const strange = (i: number) => ({ sha256: hash('sha256', `nobody sent ${i}`), size: i });

let api: TestApi;
let auth: { authorization: string };

beforeAll(async () => {
  api = await startTestApi();
  auth = await api.signIn();
  await api.addModels({ ner_text: ['text'] });
  const form = new FormData();
  for (const bytes of texts) form.append('objects', new Blob([new Uint8Array(bytes)]), 'some.txt');
  form.append('models', 'ner_text');
  expect((await fetch(`${api.url}/model/predict`, { method: 'POST', headers: auth, body: form })).status).toBe(202);
});
afterAll(() => api.close());

const ask = (body: unknown) =>
  fetch(`${api.url}/objects/known`, { method: 'POST', headers: auth, body: JSON.stringify(body) });

async function askFaults(body: unknown) {
  const answer = await ask(body);
  expect(answer.status).toBe(400);
  return errorBodySchema.parse(await answer.json()).error;
}

test('of ten thousand objects the known ones are named, once each and in the order asked', async () => {
  const upper = { ...second, sha256: second?.sha256.toUpperCase() };
  const others = Array.from({ length: 9_996 }, (_, i) => strange(i));
  const answer = await ask([upper, ...others.slice(0, 5_000), first, second, ...others.slice(5_000), first]);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ known: [second?.sha256, first?.sha256] });
});

test('a hash with another size is not known, and nothing asked is nothing known', async () => {
  expect(await (await ask([{ ...first, size: Number(first?.size) + 1 }])).json()).toEqual({ known: [] });
  expect(await (await ask([])).json()).toEqual({ known: [] });
});

test('more than ten thousand are refused, with the limit', async () => {
  const error = await askFaults(Array.from({ length: 10_001 }, (_, i) => strange(i)));
  expect(error).toMatchObject({ code: 'invalid_request', message: 'At most 10000 entries in one request' });
  expect(error.details).toMatchObject([{ limit: 10_000 }]);
});

test('every bad entry is named by its index and field', async () => {
  const error = await askFaults([first, { sha256: first?.sha256.slice(1), size: 1 }, { ...first, size: -1 }, 7]);
  expect(error.message).toBe('[1].sha256: Not 64 hexadecimal digits');
  expect(error.details.map(({ field }) => field)).toEqual(['[1].sha256', '[2].size', '[3]']);
});

test.each([[{}], ['text'], [null]])('a body that is no list is refused, with what to send: %j', async (body) => {
  expect((await askFaults(body)).message).toContain('Send a JSON list of {"sha256"');
});

test('a body that is no JSON is refused', async () => {
  const answer = await fetch(`${api.url}/objects/known`, { method: 'POST', headers: auth, body: '[{"sha256"' });
  expect(answer.status).toBe(400);
  expect(errorBodySchema.parse(await answer.json()).error.code).toBe('invalid_request');
});

test('the typed client asks the same', async () => {
  const client = createTRPCClient<AppRouter>({ links: [httpLink({ url: `${api.url}/trpc`, headers: auth })] });
  const known = await client.objects.known.mutate([
    strange(1),
    { sha256: first?.sha256 ?? '', size: first?.size ?? 0 },
  ]);
  expect(known).toEqual({ known: [first?.sha256] });
  await expect(client.objects.known.mutate([{ sha256: 'abc', size: 0 }])).rejects.toMatchObject({
    message: expect.stringContaining('[0].sha256'),
    data: { appCode: 'invalid_request', httpStatus: 400 },
  });
});
