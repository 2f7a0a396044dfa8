// What the thread of disk.ts does. Each step of it takes a moment and is done at once; only syncs are waited for, by many
// acts together. To the loop of this process every step would be an order of its own to the system's threads.
import { hash } from 'node:crypto';
import { closeSync, fsync, linkSync, openSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Digests } from './hash-thread.ts';

/** Writes and syncs a new file, and hashes it meanwhile. */
export const write = sendable(async ({ path, bytes }: { path: string; bytes: Uint8Array }): Promise<Digests> => {
  const file = openSync(path, 'wx');
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
    const synced = sync(file);
    const digests = { md5: hash('md5', bytes), sha1: hash('sha1', bytes), sha256: hash('sha256', bytes) };
    await synced;
    return digests;
  } finally {
    closeSync(file);
  }
});

/** Gives the file a second name, unless there is one of that name, and syncs the folders. Whether it was given. */
export const link = sendable(
  async ({ file, name, folders }: { file: string; name: string; folders: string[] }): Promise<boolean> => {
    const isNew = linkUnlessThere(file, name);
    await Promise.all(folders.map(syncFolder));
    return isNew;
  },
);

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

async function syncFolder(path: string): Promise<void> {
  const folder = openSync(path, 'r');
  try {
    await sync(folder);
  } finally {
    closeSync(folder);
  }
}
