import { eq, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { user } from '../schema/auth.ts';
import { insertPerson, type NewPerson } from './people.ts';

/** Whether anybody has been created yet; until then the set-up link is open. */
export async function hasUsers(db: Db): Promise<boolean> {
  const rows = await db.select({ id: user.id }).from(user).limit(1);
  return rows.length > 0;
}

/** Whether somebody signs in under this name, without regard to case. */
export async function hasUsername(db: Db, username: string): Promise<boolean> {
  const rows = await db.select({ id: user.id }).from(user).where(eq(user.username, username.toLowerCase()));
  return rows.length > 0;
}

// Any number that nothing else in this database locks.
const firstUserLock = 4_152_027;

/** Adds the first person, one caller at a time over all processes. False, and nobody is added: there is somebody. */
export function insertFirstPerson(db: Db, make: () => Promise<NewPerson>): Promise<boolean> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${firstUserLock})`);
    return !(await hasUsers(tx)) && insertPerson(tx, await make());
  });
}
