import { sql } from 'drizzle-orm';
import type { Db } from '../client.ts';

/** Where every API process hears, when the transaction commits, that somebody may do less than before. */
export const accessChannel = 'assay_access';

/** `lost`: also with sessions and keys that stand, and with the role that there is. */
export type AccessChange = { userId: string; lost: boolean };

export async function noteAccessChange(tx: Db, userId: string, { lost = false } = {}): Promise<void> {
  const change: AccessChange = { userId, lost };
  await tx.execute(sql`select pg_notify(${accessChannel}, ${JSON.stringify(change)})`);
}
