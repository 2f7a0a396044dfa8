import { type Db, holdOffSweep, listUnreferenced } from '@assay/db';
import type { ObjectHash } from '@assay/shared';
import type { StagedFile } from '@assay/storage';
import type { App } from '../app.ts';
import { putFiles } from './put-files.ts';
import { reachStore } from './reach-store.ts';

/** A sweep removed bytes that the store had, before a row could name them. */
class SweptMeanwhile extends Error {
  override name = 'SweptMeanwhile';
}

/**
 * Puts files into the store and then calls `record`, which writes the rows that name them, with those that the store had
 * already. These may have been nobody's, and swept before the rows were written, as `refuseSwept` finds out; then all of
 * it is done again, from the staged files. Throws `storage_full`, `store_unavailable`.
 */
export async function storeBytes<T>(
  app: Pick<App, 'store' | 'log'>,
  files: Pick<StagedFile, 'path' | 'sha256'>[],
  record: (found: ObjectHash[]) => Promise<T>,
): Promise<T> {
  for (;;) {
    const found = await putFiles(app, files);
    try {
      return await record(found);
    } catch (error) {
      if (!(error instanceof SweptMeanwhile)) throw error;
      app.log.info({ err: error }, 'stored again');
    }
  }
}

/** Keeps sweeps off to the end of the transaction, before its first row. Throws when one was quicker. */
export async function refuseSwept(tx: Db, app: Pick<App, 'store' | 'log'>, found: ObjectHash[]): Promise<void> {
  await holdOffSweep(tx);
  for (const sha256 of await listUnreferenced(tx, found))
    if (!(await reachStore(app, app.store.has(sha256)))) throw new SweptMeanwhile(`The bytes of ${sha256} were swept`);
}
