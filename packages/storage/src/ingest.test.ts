import { hash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { discardFile, stageFile } from './ingest.ts';
import { openStore } from './open-store.ts';
import type { ObjectStore } from './store.ts';

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
