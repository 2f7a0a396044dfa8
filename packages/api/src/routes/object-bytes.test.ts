import { hash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing.ts';

const picture = await readFile(new URL('../../../../samples/astronaut.jpg', import.meta.url));
const page = Buffer.from('<!doctype html><script>alert(document.cookie)</script>');
const polyglot = Buffer.concat([picture, page]);
const drawing = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');

let api: TestApi;
let auth: { authorization: string };

beforeAll(async () => {
  api = await startTestApi();
  auth = await api.signIn();
  await api.addModels({ any: ['image', 'text'] });
  const form = new FormData();
  form.append('models', 'any');
  for (const bytes of [picture, page, drawing, polyglot])
    form.append('objects', new Blob([new Uint8Array(bytes)]), 'x \u0022ф\u0022.jpg');
  const answer = await fetch(`${api.url}/model/predict`, { method: 'POST', headers: auth, body: form });
  expect(answer.status).toBe(202);
});
afterAll(() => api.close());

const get = (name: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`${api.url}/objects/${name}/content`, { method, headers: { ...auth, ...headers } });

// Hashes, since the difference of two pictures is of no use to anybody.
const digestOf = async (answer: Response) => hash('sha256', Buffer.from(await answer.arrayBuffer()));

test('the bytes come back, by any of the three hashes', async () => {
  for (const algorithm of ['sha256', 'sha1', 'md5']) {
    const answer = await get(hash(algorithm, picture));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('image/jpeg');
    expect(await digestOf(answer)).toBe(hash('sha256', picture));
  }
});

test.each([
  ['bytes=0-9', 206, 'bytes 0-9/53631', picture.subarray(0, 10)],
  ['bytes=53621-', 206, 'bytes 53621-53630/53631', picture.subarray(-10)],
  ['bytes=-10', 206, 'bytes 53621-53630/53631', picture.subarray(-10)],
  ['bytes=60000-', 416, 'bytes */53631', Buffer.alloc(0)],
  ['bytes=0-1,5-6', 200, null, picture],
])('range %s', async (range, status, contentRange, bytes) => {
  const answer = await get(hash('md5', picture), { range });
  expect([answer.status, answer.headers.get('content-range')]).toEqual([status, contentRange]);
  expect(await digestOf(answer)).toBe(hash('sha256', bytes));
});

test('HEAD has the size and no bytes; a copy that is held is not sent again', async () => {
  const head = await get(hash('md5', picture), {}, 'HEAD');
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '53631', '']);
  // fetch would add `no-cache` of its own.
  const [held] = await once(
    request(`${api.url}/objects/${hash('md5', picture)}/content`, {
      headers: { ...auth, 'if-none-match': head.headers.get('etag') ?? '' },
    }).end(),
    'response',
  );
  expect([held.statusCode, await text(held)]).toEqual([304, '']);
});

test.each([
  ['a page', page, 'application/octet-stream', 'attachment'],
  ['a drawing with a script', drawing, 'application/octet-stream', 'attachment'],
  // Its first bytes are a picture's: it is shown as one, and nosniff keeps it one.
  ['a picture that is a page from its end on', polyglot, 'image/jpeg', 'inline'],
  ['a picture', picture, 'image/jpeg', 'inline'],
])('%s runs nothing, whoever shows it', async (_, bytes, type, disposition) => {
  const answer = await get(hash('md5', bytes));
  expect(answer.status).toBe(200);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': type,
    'content-disposition': `${disposition}; filename="x \\"?\\".jpg"; filename*=UTF-8''x%20%22%D1%84%22.jpg`,
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'cache-control': 'private, no-cache',
  });
});

test('what could be shown is saved when somebody asks for that', async () => {
  const answer = await fetch(`${api.url}/objects/${hash('md5', picture)}/content?download`, { headers: auth });
  expect(answer.headers.get('content-disposition')).toMatch(/^attachment; /);
});

test.each([
  ['the hash', (tag: string) => tag, 206],
  ['another hash', () => `"${'0'.repeat(64)}"`, 200],
  ['a weak tag', (tag: string) => `W/${tag}`, 200],
])('a range, if it is still %s', async (_, tagOf, status) => {
  const tag = `"${hash('sha256', picture)}"`;
  expect((await get(hash('md5', picture), { range: 'bytes=0-9', 'if-range': tagOf(tag) })).status).toBe(status);
});

test('views and downloads are on the trail, the parts of one view once', async () => {
  const sha256 = hash('sha256', picture);
  const key = await api.makeKey(auth, ['read']);
  const ask = (search = '', headers = {}, method = 'GET') =>
    fetch(`${api.url}/objects/${sha256}/content${search}`, { method, headers: { ...key.headers, ...headers } });
  const listActs = async () => {
    const rows = await api.db.execute<{ act: string }>(
      `select act from audit_records where key_id = '${key.id}' and subject_id = '${sha256}' order by id`,
    );
    return rows.map(({ act }) => act);
  };
  await ask('', {}, 'HEAD');
  expect(await listActs()).toEqual([]);
  for (const range of ['bytes=0-9', 'bytes=10-19']) await ask('', { range });
  expect(await listActs()).toEqual(['view_bytes']);
  await ask('?download');
  expect(await listActs()).toEqual(['view_bytes', 'download']);
});

test.each(['0'.repeat(64), 'abc', '..%2f..%2fetc%2fpasswd'])('%s names nothing', async (name) => {
  expect((await get(name)).status).toBe(404);
});
