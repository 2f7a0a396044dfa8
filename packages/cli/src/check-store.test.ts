import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { checkStore } from './check-store.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-test-check-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

test('a folder is made where there is none', async () => {
  const storageUrl = pathToFileURL(join(folder, 'objects')).href;
  await checkStore({ storageUrl, incoming: join(folder, 'incoming') });
  expect(await readdir(folder)).toEqual(['objects']);
});

test('a server that does not answer keeps Assay from starting, in a sentence', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'the secret');
  const store = { storageUrl: 's3://evidence?endpoint=http://127.0.0.1:9', incoming: join(folder, 'incoming') };
  await expect(checkStore(store)).rejects.toMatchObject({
    name: 'StartError',
    message: expect.stringMatching(/^The object store can't be used\. http:\/\/127\.0\.0\.1:9 .*ECONNREFUSED/),
  });
});
