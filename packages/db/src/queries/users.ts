import type { Db } from '../client.ts';
import { user } from '../schema/auth.ts';

/** Whether anybody has been created yet; until then the set-up link is open. */
export async function hasUsers(db: Db): Promise<boolean> {
  const rows = await db.select({ id: user.id }).from(user).limit(1);
  return rows.length > 0;
}
