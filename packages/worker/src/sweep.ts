import { type Db, removeUnreferenced } from '@assay/db';
import { openStore, sweepDeadline, sweepObjects } from '@assay/storage';
import type { Logger } from 'pino';
import type { WorkerConfig } from './config.ts';

/** Removes what uploads that broke off have left in the store, and logs the counts. Safe to run at any time, and twice at once. */
export async function sweepStore(
  { config, db, log }: { config: WorkerConfig; db: Db; log: Logger },
  signal: AbortSignal,
): Promise<void> {
  const store = await openStore(config.storageUrl, config);
  try {
    const counts = await sweepObjects(
      store,
      sweepDeadline(),
      (candidates, remove) => removeUnreferenced(db, candidates, remove),
      signal,
    );
    log.info(counts, 'store swept');
  } finally {
    await store.close();
  }
}
