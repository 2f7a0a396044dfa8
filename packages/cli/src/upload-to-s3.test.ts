import { hash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestApi } from '@assay/api/testing';
import { defaultLimits } from '@assay/shared';
import { prepareTestS3 } from '@assay/storage/testing';
import { startWorker } from '@assay/worker';
import { sendJson, startTestModel } from '@assay/worker/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

const server = await prepareTestS3();
let folder: string;

beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  folder = await mkdtemp(join(tmpdir(), 'assay-test-s3-'));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

if ('lacking' in server) test.skip(`lacking ${server.lacking}: an upload to S3`);
else
  test('an upload goes to the bucket, from there to the model, and back to its reader', async () => {
    await using closing = new AsyncDisposableStack();
    const s3 = await server.start();
    closing.defer(s3.stop);
    const storageUrl = await s3.makeStoreUrl();
    const model = await startTestModel((res) => sendJson(res, 200, { classes: ['n'], result: { n: 1 } }));
    closing.defer(model.close);
    const api = await startTestApi({ storageUrl });
    closing.defer(api.close);
    const { databaseUrl } = api;
    const incoming = join(folder, 'incoming');
    const worker = await startWorker({
      databaseUrl,
      storageUrl,
      incoming,
      modelUrls: [model.url],
      modelHosts: [],
      limits: defaultLimits,
      logLevel: 'silent',
    });
    closing.defer(worker.close);
    const headers = await api.signIn();

    // Two parts of a multipart upload, and an end.
    const bytes = Buffer.alloc((16 << 20) + 5, 'A text, and a long one. ');
    const send = () => {
      const form = new FormData();
      form.append('models', 'test_model');
      form.append('objects', new Blob([bytes]), 'long.txt');
      return fetch(`${api.url}/model/predict`, { method: 'POST', headers, body: form });
    };
    await expect.poll(async () => (await send()).status, { timeout: 10_000 }).toBe(202);
    const [known] = ((await (await send()).json()) as { objects: { known: boolean }[] }).objects;
    expect(known).toMatchObject({ known: true });

    const sha256 = hash('sha256', bytes);
    const ask = () =>
      fetch(`${api.url}/model/results`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify([sha256]),
      }).then((answer) => answer.json());
    await expect.poll(ask, { timeout: 20_000 }).toMatchObject([{ done: true }]);
    expect(model.calls.map(({ body }) => hash('sha256', body))).toEqual([sha256]);

    const content = await fetch(`${api.url}/objects/${sha256}/content`, { headers });
    expect(hash('sha256', Buffer.from(await content.arrayBuffer()))).toBe(sha256);
    const part = await fetch(`${api.url}/objects/${sha256}/content`, { headers: { ...headers, range: 'bytes=2-5' } });
    expect([part.status, await part.text()]).toEqual([206, 'text']);
    expect(await readdir(api.incoming)).toEqual([]);
  });
