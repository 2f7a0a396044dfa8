import { gzipSync } from 'node:zlib';
import { errorBodySchema } from '@assay/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing.ts';

let api: TestApi;
let auth: { authorization: string };

beforeAll(async () => {
  api = await startTestApi();
  auth = await api.signIn();
});
afterAll(() => api.close());

const json = { 'content-type': 'application/json' };
const post = (path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = json) =>
  fetch(api.url + path, { method: 'POST', headers: { ...auth, ...headers }, body });
const ofBytes = (bytes: number) => JSON.stringify('x'.repeat(bytes - 2));
const bomb = new Uint8Array(gzipSync(Buffer.alloc(50_000_000, ' ')));

test.each<[what: string, path: string, body: string, status: number, code: string, limit?: number]>([
  ['broken JSON', '/model/results', '["', 400, 'invalid_request'],
  ['no JSON', '/model/results', '', 400, 'invalid_request'],
  ['no list', '/model/results', '{"hash": 1}', 400, 'invalid_request'],
  ['a list of other things', '/model/results', '[{}]', 400, 'invalid_request'],
  ['too many bytes', '/model/results', ofBytes(2 ** 20 + 1), 413, 'request_too_large', 2 ** 20],
  ['broken JSON', '/objects/known', '[{"sha256":', 400, 'invalid_request'],
  ['too many bytes', '/objects/known', ofBytes(2 ** 22 + 1), 413, 'request_too_large', 2 ** 22],
  ['broken JSON', '/api/auth/sign-in/username', '{"username"', 400, 'invalid_request'],
  ['too many bytes', '/api/auth/sign-in/username', ofBytes(2 ** 16 + 1), 413, 'request_too_large', 2 ** 16],
  ['broken JSON', '/api/auth/set-up', '{', 400, 'invalid_request'],
  ['too many bytes', '/api/auth/set-up', ofBytes(2 ** 16 + 1), 413, 'request_too_large', 2 ** 16],
  ['broken JSON', '/api/auth/sign-out', '{', 400, 'invalid_request'],
])('%s to %s is refused as everywhere', async (_, path, body, status, code, limit) => {
  const answer = await post(path, body);
  expect(answer.status).toBe(status);
  const { error } = errorBodySchema.parse(await answer.json());
  expect(error.code).toBe(code);
  expect(error.message).not.toBe('');
  if (limit) expect(error.details).toMatchObject([{ code, limit }]);
});

test.each(['/api/auth/sign-in/username', '/api/auth/set-up'])('%s takes JSON only', async (path) => {
  const answer = await post(path, '{}', { 'content-type': 'text/plain' });
  expect(answer.status).toBe(415);
  expect(errorBodySchema.parse(await answer.json()).error.code).toBe('unsupported_content_type');
});

test('what is small on the wire and large in memory is refused, and an encoding that nobody knows', async () => {
  const large = await post('/model/results', bomb, { ...json, 'content-encoding': 'gzip' });
  expect(large.status).toBe(413);
  expect(errorBodySchema.parse(await large.json()).error).toMatchObject({
    code: 'request_too_large',
    details: [{ limit: 2 ** 20 }],
  });
  const strange = await post('/model/results', '[]', { ...json, 'content-encoding': 'rot13' });
  expect(strange.status).toBe(415);
  expect(errorBodySchema.parse(await strange.json()).error.code).toBe('unsupported_encoding');
});

test('hashes that are none are entries that say so', async () => {
  const nonsense = ['', '\0'.repeat(32), 'é'.repeat(20), `${'a'.repeat(31)}\0`, 'z'.repeat(64), '../../etc/passwd'];
  const answer = await post('/model/results', JSON.stringify(nonsense));
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject(nonsense.map((hash) => ({ hash, found: false })));
});

test.each([
  ['broken JSON', '{"', 400, 'invalid_request'],
  ['too many bytes', ofBytes(2 ** 22 + 1), 413, 'request_too_large'],
  ['another type', '[1, 2]', 400, 'invalid_request'],
])('%s to tRPC is refused in its words, with a code of ours', async (_, body, status, code) => {
  const answer = await post('/trpc/predictions.retry', body);
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ error: { data: { appCode: code, httpStatus: status } } });
});
