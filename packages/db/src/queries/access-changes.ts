import { sql } from 'drizzle-orm';
import type { Db } from '../client.ts';

/** Where every API process hears, when the transaction commits, that somebody may do less than before. */
export const accessChannel = 'assay_access';

export async function noteAccessChange(tx: Db, userId: string): Promise<void> {
  await tx.execute(sql`select pg_notify(${accessChannel}, ${userId})`);
}
