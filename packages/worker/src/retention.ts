import { type Db, deleteFromCase, listOverdue, readHold, type WorkQueue } from '@assay/db';
import type { Logger } from 'pino';

const atOnce = 500;

/** Deletes what its case keeps no longer, object by object, so that a stop loses nothing. Returns how many went. */
export async function applyRetention(
  { db, queue, log }: { db: Db; queue: Pick<WorkQueue, 'remove' | 'sendObjects'>; log: Logger },
  signal: AbortSignal,
): Promise<number> {
  let gone = 0;
  for (let found = atOnce; found === atOnce; ) {
    const overdue = await listOverdue(db, atOnce);
    found = overdue.length;
    for (const { objectId, caseId, days } of overdue) {
      signal.throwIfAborted();
      gone += await db.transaction(async (tx) => {
        if (await readHold(tx, caseId)) return 0;
        const reason = `The case keeps bytes for ${days} ${days === 1 ? 'day' : 'days'} after their upload.`;
        const order = { objectId, caseId, cause: 'retention' as const, by: null, reason };
        return (await deleteFromCase(tx, queue, order)).length;
      });
    }
  }
  if (gone > 0) log.info({ gone }, 'retention applied');
  return gone;
}
