import { hash, randomUUID } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type ObjectHash, objectHashSchema } from '@assay/shared';
import { beforeEach, expect, test } from 'vitest';
import type { ListedObject, ObjectStore } from './store.ts';
import { verifyHash } from './verify.ts';

/** A store under test, and what can be done behind its back. */
export interface ContractedStore {
  /** Opens the same store once more, as another process would. */
  open(): Promise<ObjectStore>;
  /** Replaces an object's bytes with others, as a failing disk or a forger would. */
  corrupt(sha256: ObjectHash, bytes: Buffer): Promise<void>;
}

/** What every store does. Called by the test file of each; `make` gives a store with nothing in it. */
export function testStoreContract(make: () => Promise<ContractedStore>): void {
  let place: ContractedStore;
  let store: ObjectStore;

  beforeEach(async () => {
    place = await make();
    store = await place.open();
    return () => store.close();
  });

  /** A file as an upload leaves it. */
  async function stage(bytes: Buffer): Promise<{ path: string; sha256: ObjectHash }> {
    const path = join(store.incoming, randomUUID());
    await writeFile(path, bytes);
    return { path, sha256: objectHashSchema.parse(hash('sha256', bytes)) };
  }

  async function keep(bytes: Buffer): Promise<ObjectHash> {
    const { path, sha256 } = await stage(bytes);
    await store.put(path, sha256);
    await rm(path);
    return sha256;
  }

  async function listAll(): Promise<ListedObject[]> {
    const listed: ListedObject[] = [];
    for await (const object of store.list()) listed.push(object);
    return listed;
  }

  const unknown = objectHashSchema.parse('0'.repeat(64));

  test('what was put is there, and the file stays its owner’s', async () => {
    const bytes = Buffer.from('some evidence');
    const { path, sha256 } = await stage(bytes);
    expect(await store.has(sha256)).toBe(false);
    expect(await store.put(path, sha256)).toBe(true);
    expect(await store.has(sha256)).toBe(true);
    expect(await readdir(store.incoming)).toHaveLength(1);
    await rm(path);
    expect(await buffer(await store.read(sha256))).toEqual(bytes);
    expect(await store.readWhole(sha256)).toEqual(bytes);
    expect(await store.readWhole(sha256, Buffer.alloc(bytes.length + 100, 'x'))).toEqual(bytes);
  });

  test('a known object is not stored twice', async () => {
    const bytes = Buffer.from('the same bytes');
    const sha256 = await keep(bytes);
    const [first] = await listAll();
    const { path } = await stage(bytes);
    expect(await store.put(path, sha256)).toBe(false);
    expect(await listAll()).toEqual([first]);
  });

  test('twenty at once with the same bytes make one object', async () => {
    const files = await Promise.all(Array.from({ length: 20 }, () => stage(Buffer.from('all at once'))));
    const stored = await Promise.all(files.map(({ path, sha256 }) => store.put(path, sha256)));
    expect(stored.filter((first) => first)).toHaveLength(1);
    expect(await listAll()).toHaveLength(1);
    expect(await readdir(store.incoming)).toHaveLength(20);
  });

  test.each([
    ['within', 2, 4, '234'],
    ['the first byte', 0, 0, '0'],
    ['the last byte', 9, 9, '9'],
    ['the whole', 0, 9, '0123456789'],
    ['past the end', 8, 99, '89'],
    ['wholly past the end', 10, 12, ''],
  ])('a range: %s', async (_, start, end, expected) => {
    const sha256 = await keep(Buffer.from('0123456789'));
    expect(String(await buffer(await store.read(sha256, { start, end })))).toBe(expected);
  });

  test('an object that is not there is said to be so', async () => {
    await expect(store.read(unknown)).rejects.toMatchObject({ code: 'object_not_found' });
    await expect(store.read(unknown, { start: 0, end: 1 })).rejects.toMatchObject({ code: 'object_not_found' });
    expect(await store.has(unknown)).toBe(false);
  });

  test('a file that is not there can’t be put, and leaves no object', async () => {
    await expect(store.put(join(store.incoming, 'gone'), unknown)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await listAll()).toEqual([]);
  });

  test('a removed object is gone, and can come again', async () => {
    const bytes = Buffer.from('there and back');
    const sha256 = await keep(bytes);
    await store.remove(sha256);
    expect(await store.has(sha256)).toBe(false);
    await expect(store.read(sha256)).rejects.toMatchObject({ code: 'object_not_found' });
    await store.remove(sha256);
    const { path } = await stage(bytes);
    expect(await store.put(path, sha256)).toBe(true);
    expect(await buffer(await store.read(sha256))).toEqual(bytes);
  });

  test('all objects are listed with the time they were stored, and nothing else', async () => {
    const before = Date.now();
    const kept = await Promise.all(['a', 'b', 'c'].map((text) => keep(Buffer.from(text))));
    await stage(Buffer.from('still coming in'));
    const listed = await listAll();
    expect(listed.map(({ sha256 }) => sha256).sort()).toEqual(kept.sort());
    // Stores keep whole seconds, by a clock of their own.
    for (const { storedAt } of listed) expect(Math.abs(storedAt.getTime() - before)).toBeLessThan(10_000);
  });

  test('bytes are checked against their hash while they are read', async () => {
    const sha256 = await keep(Buffer.from('the truth'));
    const read = async () => buffer((await store.read(sha256)).pipe(verifyHash(sha256)));
    expect(String(await read())).toBe('the truth');
    await place.corrupt(sha256, Buffer.from('a lie ...'));
    await expect(read()).rejects.toThrow(`The stored bytes of ${sha256} hash to`);
  });

  test('a large object comes back as it was, and in parts', async () => {
    const bytes = Buffer.alloc((20 << 20) + 7, 'not a round number of parts ');
    const sha256 = await keep(bytes);
    expect(hash('sha256', await buffer(await store.read(sha256)))).toBe(sha256);
    const end = bytes.length - 1;
    const range = { start: (8 << 20) - 3, end };
    expect(hash('md5', await buffer(await store.read(sha256, range)))).toBe(hash('md5', bytes.subarray(range.start)));
  });

  test('a reader may leave early', async () => {
    const sha256 = await keep(Buffer.alloc(8 << 20, 'x'));
    for await (const part of await store.read(sha256)) {
      expect(part.length).toBeGreaterThan(0);
      break;
    }
    expect(await store.has(sha256)).toBe(true);
  });

  test('everything is there when it is opened again', async () => {
    const bytes = Buffer.from('after a restart');
    const sha256 = await keep(bytes);
    const { path } = await stage(Buffer.from('what a crash left'));
    await store.close();
    store = await place.open();
    expect(await buffer(await store.read(sha256))).toEqual(bytes);
    expect((await listAll()).map((object) => object.sha256)).toEqual([sha256]);
    expect((await readdir(store.incoming)).map((name) => join(store.incoming, name))).toEqual([path]);
  });

  test('it is ready to take files', async () => {
    await store.check();
  });
}
