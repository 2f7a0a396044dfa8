import { SweptMeanwhile } from '@assay/db';
import { AppError, type ObjectHash } from '@assay/shared';
import { discardFile, putFiles, type StagedFile } from '@assay/storage';
import type { App } from '../app.ts';
import { reachStore } from './reach-store.ts';

/** A form's bytes when its rows are written. */
export interface StoredBytes {
  /** The store had these before. Nobody may have needed them, so a sweep may be about to remove them. */
  found: ObjectHash[];
  /** Resolves when the store has all of them for good, rejects when it can't take one. Rows are not committed before. */
  all: Promise<unknown>;
}

/** For more files than that, a transaction would be kept open for too long. */
const mostMeanwhile = 16;

/**
 * Puts files into the store and calls `record`, which writes the rows that name them. New bytes go to a disk of this machine
 * meanwhile, and `record` waits for them before it commits. What the store had already may be swept before the rows are
 * written, as `refuseSwept` finds out; then that is put again, from the staged files. Those of the others are gone by then.
 * Throws `storage_full`, `store_unavailable`.
 */
export async function storeBytes<T>(
  app: Pick<App, 'store' | 'log'>,
  files: Pick<StagedFile, 'path' | 'sha256'>[],
  record: (stored: StoredBytes) => Promise<T>,
): Promise<T> {
  const reached = { put: (path: string, sha256: ObjectHash) => reachStore(app, app.store.put(path, sha256)) };
  for (let unstored = files; ; ) {
    const lacks = ({ sha256 }: { sha256: ObjectHash }) => unstored.length <= mostMeanwhile && app.store.lacks(sha256);
    const { late = [], early = [] } = Object.groupBy(unstored, (file) => (lacks(file) ? 'late' : 'early'));
    const found = new Set(await putFiles(reached, early));
    const stored = early.filter(({ sha256 }) => !found.has(sha256));
    unstored = early.filter(({ sha256 }) => found.has(sha256));
    const all = putFiles(reached, late);
    const [recorded] = await Promise.allSettled([
      record({ found: [...found], all }),
      all.then(() => Promise.all(late.map(discardFile))),
      ...stored.map(discardFile),
    ]);
    if (recorded.status === 'fulfilled') return recorded.value;
    if (!(recorded.reason instanceof SweptMeanwhile)) throw recorded.reason;
    app.log.info({ err: recorded.reason }, 'stored again');
    if (unstored.length === 0)
      throw new AppError('store_unavailable', 'The bytes were deleted while they were being stored: send them again', {
        cause: recorded.reason,
      });
  }
}
