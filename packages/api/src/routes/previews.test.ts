import { hash, randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isUploading } from '@assay/db';
import type { ErrorBody } from '@assay/shared';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing.ts';

const picture = await readFile(new URL('../../../../samples/astronaut.jpg', import.meta.url));

let api: TestApi;
let auth: { authorization: string };
beforeAll(async () => {
  api = await startTestApi();
  auth = await api.signIn();
  await api.addModels({ any: ['image', 'text'] });
});
afterAll(() => api.close());

async function upload(bytes: Buffer): Promise<string> {
  const form = new FormData();
  form.append('models', 'any');
  form.append('objects', new Blob([new Uint8Array(bytes)]), 'x');
  const answer = await fetch(`${api.url}/model/predict`, { method: 'POST', headers: auth, body: form });
  expect(answer.status).toBe(202);
  return hash('sha256', bytes);
}
const another = () => Buffer.concat([picture, Buffer.from(randomUUID())]);
const get = (sha256: string, kind: string, headers = {}) =>
  fetch(`${api.url}/objects/${sha256}/${kind}`, { headers: { ...auth, ...headers } });
const codeOf = async (answer: Response) => ((await answer.json()) as ErrorBody).error.code;

async function setPreview(sha256: string, change: ReturnType<typeof sql>) {
  await api.db.execute(sql`update previews set ${change} where kind = 'thumbnail'
    and object_id = (select id from objects where sha256 = decode(${sha256}, 'hex'))`);
}
async function countJobs(queue = 'preview'): Promise<number> {
  const rows = await api.db.execute<{ n: string }>(sql`select count(*) as n from pgboss.job where name = ${queue}`);
  return Number(rows[0]?.n);
}

test('an upload queues previews of what is new, once', async () => {
  const before = await countJobs();
  const bytes = another();
  await upload(bytes);
  await upload(bytes);
  await upload(Buffer.from(`A text has none. ${randomUUID()}`));
  expect(await countJobs()).toBe(before + 1);
});

test('while files come in fast, workers are told to let what nobody asked for wait', async () => {
  await upload(another());
  expect(await isUploading(api.db)).toBe(false);
  await upload(Buffer.concat([another(), Buffer.alloc(2 ** 20)]));
  await expect.poll(() => isUploading(api.db), { timeout: 5_000 }).toBe(true);
  await expect.poll(() => isUploading(api.db), { timeout: 10_000 }).toBe(false);
});

test('what is not made yet says so, and when to ask again; what is made comes with its hash, to be shown and nothing more', async () => {
  const sha256 = await upload(another());
  const waiting = await get(sha256, 'thumbnail');
  expect([waiting.status, waiting.headers.get('retry-after'), waiting.headers.get('cache-control')]).toEqual([
    404,
    '1',
    'no-store',
  ]);
  expect(await codeOf(waiting)).toBe('preview_not_ready');
  const jobs = await countJobs('asked_preview');
  expect(await codeOf(await get(sha256, 'thumbnail'))).toBe('preview_not_ready');
  expect(await countJobs('asked_preview')).toBe(jobs);

  const bytes = Buffer.from('a picture, as a worker left it');
  const own = hash('sha256', bytes);
  await mkdir(join(api.store, own.slice(0, 2)), { recursive: true });
  await writeFile(join(api.store, own.slice(0, 2), own), bytes);
  await setPreview(sha256, sql`state = 'made', sha256 = decode(${own}, 'hex'), size = ${bytes.length}`);
  const made = await get(sha256, 'thumbnail');
  expect([made.status, await made.text()]).toEqual([200, String(bytes)]);
  expect(Object.fromEntries(made.headers)).toMatchObject({
    'content-type': 'image/webp',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'private, no-cache',
    'x-content-type-options': 'nosniff',
    etag: `"${own}"`,
  });
  expect((await get(sha256, 'thumbnail', { range: 'bytes=0-3' })).status).toBe(206);
});

test('what can’t be made says why, and is tried again when somebody asks for it', async () => {
  const sha256 = await upload(another());
  await get(sha256, 'thumbnail');
  await setPreview(sha256, sql`state = 'failed', reason = 'The picture has 1600 megapixels.'`);
  const answer = await get(sha256, 'thumbnail');
  expect([answer.status, await answer.json()]).toEqual([
    404,
    { error: { code: 'no_preview', message: 'The picture has 1600 megapixels.', details: [] } },
  ]);
  const ask = () => api.mutate<{ queued: boolean }>('objects.retryPreview', auth, { hash: sha256, kind: 'thumbnail' });
  const jobs = await countJobs('asked_preview');
  expect([await ask(), await ask()]).toEqual([{ queued: true }, { queued: false }]);
  expect(await countJobs('asked_preview')).toBe(jobs + 1);
  expect(await codeOf(await get(sha256, 'thumbnail'))).toBe('preview_not_ready');
});

test('an object has the previews of its type, and none is shown of what is not there to be seen', async () => {
  const text = await upload(Buffer.from(`Some words. ${randomUUID()}`));
  expect(await (await get(text, 'thumbnail')).json()).toMatchObject({
    error: { code: 'no_preview', message: 'A text has no thumbnail.' },
  });
  const sha256 = await upload(another());
  expect(await codeOf(await get(sha256, 'poster'))).toBe('no_preview');
  expect(await codeOf(await get('0'.repeat(64), 'thumbnail'))).toBe('object_not_found');
  expect(await codeOf(await get('..%2f..%2fetc%2fpasswd', 'thumbnail'))).toBe('object_not_found');
});
