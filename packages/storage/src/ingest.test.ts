import { hash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stageFile, stageStoredFile } from './ingest.ts';
import { discardFile, Intake } from './intake.ts';
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

/** Of any size, and different from every other: in pieces as they come from a network, one of them odd. */
function* makeBytes(size: number, seed: number): Generator<Buffer> {
  for (let at = 0; at < size; at += 65_521)
    yield Buffer.alloc(Math.min(65_521, size - at), `${seed} at ${at}: any text will do\n`);
}

const hashesOf = (bytes: Buffer) => ({
  sha256: hash('sha256', bytes),
  sha1: hash('sha1', bytes),
  md5: hash('md5', bytes),
  size: bytes.length,
});

test.each([1, 65_521, 256 * 1024, 256 * 1024 + 1, 2 ** 20, 2 ** 20 + 1, 5 * 2 ** 20 + 7])(
  'a file of %i bytes is hashed and written as it came',
  async (size) => {
    const bytes = Buffer.concat([...makeBytes(size, 1)]);
    const staged = await stageFile(Readable.from(makeBytes(size, 1)), store);
    expect(staged).toMatchObject({ ...hashesOf(bytes), type: { mediaType: 'text' } });
    expect(hash('sha256', await readFile(staged.path))).toBe(staged.sha256);
    const again = await stageStoredFile(staged.path, store);
    expect(again).toEqual({ ...staged, path: again.path });
    await discardFile(again);
    expect(await listFiles()).toEqual([staged.path]);
  },
);

test('many large files at once share the memory, and each gets its own hashes', async () => {
  const sizes = Array.from({ length: 40 }, (_, i) => 2 ** 20 + i * 70_001);
  const staged = await Promise.all(sizes.map((size, i) => stageFile(Readable.from(makeBytes(size, i)), store)));
  for (const [i, { sha256, md5 }] of staged.entries()) {
    const bytes = Buffer.concat([...makeBytes(sizes[i] ?? 0, i)]);
    expect({ sha256, md5 }).toEqual({ sha256: hash('sha256', bytes), md5: hash('md5', bytes) });
  }
});

test('senders that stop in the middle keep nobody waiting; who goes on arrives, and who gives up leaves nothing', async () => {
  const slow = Array.from({ length: 40 }, () => {
    const body = new PassThrough();
    body.write(Buffer.alloc(300_000, 'the beginning of something '));
    return { body, staged: stageFile(body, store) };
  });
  const bytes = Buffer.concat([...makeBytes(20 * 2 ** 20, 1)]);
  const quick = await stageFile(Readable.from(makeBytes(bytes.length, 1)), store);
  expect(quick.md5).toBe(hash('md5', bytes));
  await discardFile(quick);

  const [some, others] = [slow.slice(0, 10), slow.slice(10)];
  const whole = Buffer.concat([Buffer.alloc(300_000, 'the beginning of something '), Buffer.alloc(2 ** 20, 'its end')]);
  for (const { body } of some) body.end(whole.subarray(300_000));
  for (const { staged } of some) {
    const file = await staged;
    expect(file.sha256).toBe(hash('sha256', whole));
    expect((await readFile(file.path)).equals(whole)).toBe(true);
    await discardFile(file);
  }
  for (const { body } of others) body.destroy(new Error('gone'));
  const ends = await Promise.allSettled(others.map(({ staged }) => staged));
  expect(new Set(ends.map(({ status }) => status))).toEqual(new Set(['rejected']));
  expect(await listFiles()).toEqual([]);
});

test('a disk that takes no more fails the file and leaves nothing', async () => {
  await rm(store.incoming, { recursive: true });
  for (const size of [1000, 2 ** 21])
    await expect(stageFile(Readable.from(makeBytes(size, 1)), store)).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await listFiles()).toEqual([]);
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
  // One after the other would find each of them written.
  const files = Array.from({ length: 20 }, async (_, i) => {
    const intake = new Intake(store);
    await intake.write(Buffer.from(`unwanted ${i}`));
    await discardFile(await intake.finish());
  });
  await Promise.all(files);
  expect(await listFiles()).toEqual([]);
});
