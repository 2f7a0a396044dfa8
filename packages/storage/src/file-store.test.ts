import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { objectHashSchema } from '@assay/shared';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stageFile } from './ingest.ts';
import { discardFile, Intake } from './intake.ts';
import { openStore } from './open-store.ts';
import { testStoreContract } from './store-contract.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'assay-test-store-'));
});
afterEach(() => rm(root, { recursive: true }));

const open = () => openStore(pathToFileURL(root).href);
const placeOf = (sha256: string) => join(root, sha256.slice(0, 2), sha256);

testStoreContract(async () => ({ open, corrupt: (sha256, bytes) => writeFile(placeOf(sha256), bytes) }));

test('objects lie in folders by the first digits of their hash', async () => {
  const store = await open();
  const path = join(store.incoming, 'one');
  await writeFile(path, 'one');
  const sha256 = objectHashSchema.parse('7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed');
  await store.put(path, sha256);
  expect(await readdir(join(root, '76'))).toEqual([sha256]);
});

test('an error of the disk is not taken for a missing object', async () => {
  const store = await open();
  const sha256 = objectHashSchema.parse('ab'.repeat(32));
  await writeFile(join(root, 'ab'), 'a file in the place of a folder');
  await expect(store.read(sha256)).rejects.toMatchObject({ code: 'ENOTDIR' });
  await expect(store.has(sha256)).rejects.toMatchObject({ code: 'ENOTDIR' });
});

test('a small file that can not be written or stored is told as the file system tells it', async () => {
  const store = await open();
  const path = join(store.incoming, 'gone');
  const sha256 = objectHashSchema.parse('cd'.repeat(32));
  await expect(store.put(path, sha256)).rejects.toMatchObject({
    code: 'ENOENT',
    message: `ENOENT: no such file or directory, open '${path}'`,
  });
  await rm(store.incoming, { recursive: true });
  const staged = stageFile(Readable.from([Buffer.from('words')]), store);
  await expect(staged).rejects.toMatchObject({ code: 'ENOENT', syscall: 'open' });
});

test('bytes that could not be written are not stored, however often that is asked for', async () => {
  const store = await open();
  await rm(store.incoming, { recursive: true });
  const intake = new Intake(store);
  await intake.write(Buffer.from('words'));
  const staged = await intake.finish();
  for (let i = 0; i < 2; i++)
    await expect(store.put(staged.path, staged.sha256)).rejects.toMatchObject({ code: 'ENOENT', syscall: 'open' });
  expect(await store.has(staged.sha256)).toBe(false);
  await discardFile(staged);
});

test('an incoming folder that is gone is said', async () => {
  const store = await open();
  await rm(store.incoming, { recursive: true });
  await expect(store.check()).rejects.toThrow(store.incoming);
});
