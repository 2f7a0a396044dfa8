import { hash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { objectHashSchema } from '@assay/shared';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore } from './file-store.ts';
import { discardFile, stageFile } from './ingest.ts';
import type { ObjectStore } from './store.ts';
import { verifyHash } from './verify.ts';

let root: string;
let store: ObjectStore;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'assay-test-store-'));
  store = await openStore(pathToFileURL(root).href);
});
afterEach(() => rm(root, { recursive: true }));

const stage = (bytes: Buffer) => stageFile(Readable.from([bytes.subarray(0, 3), bytes.subarray(3)]), store);

async function listFiles() {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

test('one pass gives the three hashes, the size and the type', async () => {
  const bytes = Buffer.from('Any text will do for this. '.repeat(10_000));
  const { path, ...facts } = await stage(bytes);
  expect(facts).toEqual({
    sha256: hash('sha256', bytes),
    sha1: hash('sha1', bytes),
    md5: hash('md5', bytes),
    size: bytes.length,
    type: { mediaType: 'text', mime: 'text/plain', encoding: 'utf-8' },
  });
  expect(hash('md5', await readFile(path))).toBe(facts.md5);
});

test('the store takes a file over under its hash, once', async () => {
  const bytes = Buffer.from('the same bytes');
  const files = await Promise.all([stage(bytes), stage(bytes), stage(bytes)]);
  await Promise.all(files.map((file) => store.put(file.path, file.sha256)));
  const sha256 = hash('sha256', bytes);
  expect(await listFiles()).toEqual([join(root, sha256.slice(0, 2), sha256.slice(2, 4), sha256)]);
});

test('a body that breaks off leaves nothing', async () => {
  const body = Readable.from(
    (async function* () {
      yield Buffer.from('the beginning');
      throw new Error('connection lost');
    })(),
  );
  await expect(stageFile(body, store)).rejects.toThrow('connection lost');
  expect(await listFiles()).toEqual([]);
});

test('a file that is not wanted goes', async () => {
  await discardFile(await stage(Buffer.from('unwanted')));
  expect(await listFiles()).toEqual([]);
});

test('reading back gives the whole or a range, and says when there is nothing', async () => {
  const bytes = Buffer.from('0123456789');
  const { path, sha256 } = await stage(bytes);
  await store.put(path, sha256);
  expect(await buffer(await store.read(sha256))).toEqual(bytes);
  expect(String(await buffer(await store.read(sha256, { start: 2, end: 4 })))).toBe('234');
  const unknown = objectHashSchema.parse('0'.repeat(64));
  await expect(store.read(unknown)).rejects.toMatchObject({ code: 'object_not_found' });
});

test('bytes that are not the object’s are noticed at their end', async () => {
  const { sha256 } = await stage(Buffer.from('the truth'));
  await expect(buffer(Readable.from([Buffer.from('a lie')]).pipe(verifyHash(sha256)))).rejects.toThrow(sha256);
  expect(String(await buffer(Readable.from([Buffer.from('the truth')]).pipe(verifyHash(sha256))))).toBe('the truth');
});
