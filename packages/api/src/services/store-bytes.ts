import { type Db, holdOffSweep, listUnreferenced } from '@assay/db';
import type { ObjectHash } from '@assay/shared';
import type { StagedFile } from '@assay/storage';
import type { App } from '../app.ts';

/** A sweep removed bytes that the store had, before a row could name them. */
class SweptMeanwhile extends Error {
  override name = 'SweptMeanwhile';
}

/**
 * Puts files into the store and then, in a transaction, calls `record`, which writes the rows that name them. Bytes that
 * were there already may have been nobody's, and swept before the transaction began; then all of it is done again,
 * from the staged files.
 */
export async function storeBytes<T>(
  app: App,
  files: Pick<StagedFile, 'path' | 'sha256'>[],
  record: (tx: Db) => Promise<T>,
): Promise<T> {
  for (;;) {
    const found: ObjectHash[] = [];
    for (const { path, sha256 } of files) if (!(await app.store.put(path, sha256))) found.push(sha256);
    try {
      return await app.db.transaction(async (tx) => {
        await holdOffSweep(tx);
        for (const sha256 of await listUnreferenced(tx, found))
          if (!(await app.store.has(sha256))) throw new SweptMeanwhile(`The bytes of ${sha256} were swept`);
        return record(tx);
      });
    } catch (error) {
      if (!(error instanceof SweptMeanwhile)) throw error;
      app.log.info({ err: error }, 'stored again');
    }
  }
}
