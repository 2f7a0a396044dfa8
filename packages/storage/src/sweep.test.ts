import { hash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ObjectHash } from '@assay/shared';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore } from './open-store.ts';
import type { ObjectStore } from './store.ts';
import { sweepDeadline, sweepIncoming, sweepObjects } from './sweep.ts';

const hour = 3_600_000;
const hence = (hours: number) => new Date(Date.now() + hours * hour);
const running = new AbortController().signal;

let root: string;
let store: ObjectStore;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'assay-test-sweep-'));
  store = await openStore(pathToFileURL(root).href);
});
afterEach(() => rm(root, { recursive: true }));

async function leave(path: string, age: number) {
  const place = join(store.incoming, path);
  await writeFile(place, path);
  await utimes(place, hence(-age), hence(-age));
}

test('incoming files that nobody has written to for two days go; what lies in folders is others’', async () => {
  await mkdir(join(store.incoming, 'tus'));
  await leave('old', 48.1);
  await leave('older', 5_000);
  await leave('young', 47.9);
  await leave('tus/old', 5_000);
  expect(await sweepIncoming(store.incoming, sweepDeadline())).toBe(2);
  expect((await readdir(store.incoming, { recursive: true })).sort()).toEqual(['tus', 'tus/old', 'young']);
  expect(await sweepIncoming(store.incoming, sweepDeadline())).toBe(0);
});

/** Objects as they lie in the store, however they came there. One folder holds them all, which is quick. */
async function fill(count: number): Promise<ObjectHash[]> {
  const folder = join(root, 'ab');
  await mkdir(folder, { recursive: true });
  const all = Array.from({ length: count }, (_, i) => `abcd${hash('sha256', `object ${i}`).slice(4)}` as ObjectHash);
  await Promise.all(all.map((sha256) => writeFile(join(folder, sha256), '')));
  return all;
}

test('old objects are offered a thousand at a time, each once, and what is named stays', async () => {
  const all = await fill(2_100);
  const named = new Set(all.slice(0, 2_000));
  const offered: ObjectHash[][] = [];
  const counts = await sweepObjects(
    store,
    hence(1),
    async (candidates, remove) => {
      offered.push(candidates);
      const orphans = candidates.filter((sha256) => !named.has(sha256));
      await Promise.all(orphans.map(remove));
      return orphans.length;
    },
    running,
  );
  expect(counts).toEqual({ looked: 2_100, removed: 100, aborted: 0 });
  expect(offered.map(({ length }) => length)).toEqual([1_000, 1_000, 100]);
  expect(offered.flat().sort()).toEqual(all.sort());
  const left: ObjectHash[] = [];
  for await (const { sha256 } of store.list()) left.push(sha256);
  expect(new Set(left)).toEqual(named);
});

test('young objects are not even offered', async () => {
  await fill(3);
  const offered: ObjectHash[] = [];
  const take = async (candidates: ObjectHash[]) => {
    offered.push(...candidates);
    return 0;
  };
  expect(await sweepObjects(store, sweepDeadline(), take, running)).toEqual({ looked: 0, removed: 0, aborted: 0 });
  expect(offered).toEqual([]);
});

test('a sweep that is called off removes nothing more', async () => {
  await fill(3);
  const stop = new AbortController();
  const swept = sweepObjects(
    store,
    hence(1),
    async (candidates, remove) => {
      const [first, second] = candidates as [ObjectHash, ObjectHash];
      await remove(first);
      stop.abort();
      await remove(second);
      return 2;
    },
    stop.signal,
  );
  await expect(swept).rejects.toThrow('aborted');
  let left = 0;
  for await (const _ of store.list()) left++;
  expect(left).toBe(2);
});
