import { type Db, stepBulkAct } from '@assay/db';

/** Says something of many objects, to the end. Safe to run again, and at the same time: it goes on where it was. */
export async function judgeMany(db: Db, id: number, signal: AbortSignal): Promise<void> {
  while (await stepBulkAct(db, id)) signal.throwIfAborted();
}
