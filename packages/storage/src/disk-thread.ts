// One of the threads of disk.ts. Each step of an act takes a moment and is done at once; only syncs are waited for, by many
// acts together. To the loop of this process every step would be an order of its own to the system's threads.
import { hash } from 'node:crypto';
import { closeSync, fsync, linkSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { parentPort } from 'node:worker_threads';
import type { Digests } from './hash-thread.ts';

export interface DiskActs {
  /** Hashes a new file, which is written and synced when others have been hashed too; `finish` and `link` tell of that. */
  write(of: { path: string; bytes: Uint8Array }): Promise<Digests>;
  /** Resolves when the file can be read. */
  finish(of: { path: string }): Promise<void>;
  /** Syncs the file, gives it a second name, unless there is one of that name, and syncs the folders. Whether it was given. */
  link(of: { file: string; name: string; folders: string[] }): Promise<boolean>;
  /** Removes the file, if it is still there. */
  discard(of: { path: string }): Promise<void>;
}

type Act = keyof DiskActs;
export type DiskOrder = { [A in Act]: { id: number; act: A; of: Parameters<DiskActs[A]>[0] } }[Act];
export type DiskReport = { id: number } & (
  | { done: Awaited<ReturnType<DiskActs[Act]>> }
  /** As the file system says it: of an error itself only the message would arrive. */
  | { failed: NodeJS.ErrnoException }
);

/**
 * What is written and has no name in the store yet, by path: resolves when it is on the disk for good. What failed stays:
 * asked again to sync it, the system would say that all is well.
 */
const kept = new Map<string, Promise<void>>();

const acts: DiskActs = {
  async write({ path, bytes }) {
    const keeping = untilNextTurn().then(() => keep(path, bytes));
    keeping.catch(() => {}); // told by `finish` and `link`
    kept.set(path, keeping);
    return { md5: hash('md5', bytes), sha1: hash('sha1', bytes), sha256: hash('sha256', bytes) };
  },

  async finish({ path }) {
    await kept.get(path);
  },

  async link({ file, name, folders }) {
    await (kept.get(file) ?? syncPath(file));
    kept.delete(file);
    const isNew = linkUnlessThere(file, name);
    await Promise.all(folders.map(syncPath));
    return isNew;
  },

  async discard({ path }) {
    await kept.get(path)?.catch(() => {});
    kept.delete(path);
    try {
      unlinkSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  },
};

parentPort?.on('message', (orders: DiskOrder[]) => {
  for (const { id, act, of } of orders)
    (acts[act] as (of: DiskOrder['of']) => ReturnType<DiskActs[Act]>)(of).then(
      (done) => report({ id, done }),
      (error: Error) => report({ id, failed: { ...error, message: error.message } }),
    );
});

/** Of this turn of the loop: one message takes them all. */
let reports: DiskReport[] = [];

function report(what: DiskReport): void {
  if (reports.push(what) > 1) return;
  process.nextTick(() => {
    parentPort?.postMessage(reports);
    reports = [];
  });
}

const untilNextTurn = promisify(setImmediate);
const sync = promisify(fsync);

/** Writes a new file and syncs it. */
async function keep(path: string, bytes: Uint8Array): Promise<void> {
  const file = openSync(path, 'wx');
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
    await sync(file);
  } finally {
    closeSync(file);
  }
}

function linkUnlessThere(file: string, name: string): boolean {
  try {
    // Unlike a rename, a link never replaces what is there.
    linkSync(file, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

async function syncPath(path: string): Promise<void> {
  const opened = openSync(path, 'r');
  try {
    await sync(opened);
  } finally {
    closeSync(opened);
  }
}
