// What the thread of disk.ts does. Each step of it takes a moment and is done at once; only syncs are waited for, by many
// acts together. To the loop of this process every step would be an order of its own to the system's threads.
import { hash } from 'node:crypto';
import { closeSync, fsync, linkSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Digests } from './hash-thread.ts';

/**
 * The syncs of what was written and has no name in the store yet, by path. One that failed stays: asked again, the system
 * would say that all is well.
 */
const syncs = new Map<string, Promise<void>>();

/** Writes a new file and hashes it, while the disk is told to sync it; `link` waits for that. */
export const write = sendable(async ({ path, bytes }: { path: string; bytes: Uint8Array }): Promise<Digests> => {
  const file = openSync(path, 'wx');
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
  } catch (error) {
    closeSync(file);
    throw error;
  }
  const synced = sync(file).finally(() => closeSync(file));
  synced.catch(() => {}); // told by `link`
  syncs.set(path, synced);
  return { md5: hash('md5', bytes), sha1: hash('sha1', bytes), sha256: hash('sha256', bytes) };
});

/** Syncs the file, gives it a second name, unless there is one of that name, and syncs the folders. Whether it was given. */
export const link = sendable(
  async ({ file, name, folders }: { file: string; name: string; folders: string[] }): Promise<boolean> => {
    await (syncs.get(file) ?? syncPath(file));
    syncs.delete(file);
    const isNew = linkUnlessThere(file, name);
    await Promise.all(folders.map(syncPath));
    return isNew;
  },
);

/** Removes the file, if it is still there. */
export const discard = sendable(async ({ path }: { path: string }): Promise<void> => {
  await syncs.get(path)?.catch(() => {});
  syncs.delete(path);
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
});

const sync = promisify(fsync);

/** Of an error only the message would arrive, and not the code that tells what it is. */
function sendable<O, A>(act: (order: O) => Promise<A>): (order: O) => Promise<A> {
  return (order) =>
    act(order).catch((error: Error) => {
      throw { ...error, message: error.message };
    });
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
