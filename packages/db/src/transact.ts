import { setTimeout as wait } from 'node:timers/promises';
import type { Db } from './client.ts';

const mostTries = 5;
const mostMilliseconds = 100;

/**
 * A transaction that is tried again when the database ended it only to let others go on. What an upload brings into a
 * case depends on what was derived meanwhile, so no order of its locks is known before.
 */
export async function transact<T>(db: Db, act: (tx: Db) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await db.transaction(act);
    } catch (error) {
      if (tries === mostTries || !isSacrificed(error)) throw error;
      await wait(Math.random() * mostMilliseconds);
    }
  }
}

/** Deadlock, or a serialization failure. */
function isSacrificed(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if ('code' in at && (at.code === '40P01' || at.code === '40001')) return true;
  return false;
}
