import { SweptMeanwhile } from '@assay/db';
import type { ObjectHash } from '@assay/shared';
import { discardFile, putFiles, type StagedFile } from '@assay/storage';
import type { App } from '../app.ts';
import { reachStore } from './reach-store.ts';

/**
 * Puts files into the store and then calls `record`, which writes the rows that name them, with those that the store had
 * already. These may have been nobody's, and swept before the rows were written, as `refuseSwept` finds out; then they are
 * put again, from the staged files. Those of the others are gone by then. Throws `storage_full`, `store_unavailable`.
 */
export async function storeBytes<T>(
  app: Pick<App, 'store' | 'log'>,
  files: Pick<StagedFile, 'path' | 'sha256'>[],
  record: (found: ObjectHash[]) => Promise<T>,
): Promise<T> {
  const reached = { put: (path: string, sha256: ObjectHash) => reachStore(app, app.store.put(path, sha256)) };
  for (let unstored = files; ; ) {
    const found = new Set(await putFiles(reached, unstored));
    const stored = unstored.filter(({ sha256 }) => !found.has(sha256));
    unstored = unstored.filter(({ sha256 }) => found.has(sha256));
    try {
      const [recorded] = await Promise.all([record([...found]), ...stored.map(discardFile)]);
      return recorded;
    } catch (error) {
      if (!(error instanceof SweptMeanwhile)) throw error;
      app.log.info({ err: error }, 'stored again');
    }
  }
}
