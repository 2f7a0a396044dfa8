import { sql } from 'drizzle-orm';
import { type Db, planned } from '../client.ts';
import { uuids } from '../list-parameter.ts';

/** What is said on it: something that a worker has in hand is not wanted any more. */
export const withdrawnChannel = 'assay_withdrawn';

/** Those of the predictions that the worker still has in hand. */
export async function listHeld(db: Db, workerId: string, ids: string[]): Promise<Set<string>> {
  const rows = await db.execute<{ id: string }>(
    planned(sql`select id from predictions where id = any(${uuids(ids)})
      and worker_id = ${workerId} and state = 'running'`),
  );
  return new Set(rows.map(({ id }) => id));
}
