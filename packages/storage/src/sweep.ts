import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectHash } from '@assay/shared';
import type { ObjectStore } from './store.ts';

const hour = 3_600_000;

/**
 * For how long what no row names is left alone: longer than any upload takes from the last byte of a file to its row,
 * which is the rest of its request. The largest request that is allowed by default, 100 GiB, takes 48 hours at 5 Mbit/s.
 */
const longestUpload = 48 * hour;

/** Before this moment, nobody who is still at work can have written or stored anything. */
export const sweepDeadline = (): Date => new Date(Date.now() - longestUpload);

/**
 * Removes files of an `incoming` folder that were last written before this moment, and says how many. Folders in it are
 * left to those who made them.
 */
export async function sweepIncoming(folder: string, before: Date): Promise<number> {
  let removed = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(folder, entry.name);
    // An upload that ends now removes its own.
    const facts = await stat(path).catch(unlessGone);
    if (!facts || facts.mtime >= before) continue;
    await rm(path, { force: true });
    removed++;
  }
  return removed;
}

function unlessGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

export interface SweepCounts {
  /** Objects in the store that are old enough. */
  looked: number;
  /** Of those, the ones that no row named. */
  removed: number;
  /** Uploads to the store itself that broke off, taken back. */
  aborted: number;
}

const candidatesAtOnce = 1_000;

/**
 * Offers the objects that were stored before this moment, a thousand at a time, to `removeUnreferenced`, which calls
 * `remove` for those that no row names and says for how many.
 */
export async function sweepObjects(
  store: ObjectStore,
  before: Date,
  removeUnreferenced: (candidates: ObjectHash[], remove: (sha256: ObjectHash) => Promise<void>) => Promise<number>,
  signal: AbortSignal,
): Promise<SweepCounts> {
  const counts: SweepCounts = { looked: 0, removed: 0, aborted: 0 };
  let candidates: ObjectHash[] = [];
  const sweepCandidates = async () => {
    counts.looked += candidates.length;
    counts.removed += await removeUnreferenced(candidates, async (sha256) => {
      signal.throwIfAborted();
      await store.remove(sha256);
    });
    candidates = [];
  };
  for await (const { sha256, storedAt } of store.list()) {
    signal.throwIfAborted();
    if (storedAt >= before) continue;
    if (candidates.push(sha256) === candidatesAtOnce) await sweepCandidates();
  }
  await sweepCandidates();
  counts.aborted = await store.abortUnfinished(before);
  return counts;
}
