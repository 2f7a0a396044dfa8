import { eq, sql } from 'drizzle-orm';
import { type Origin, recordActs } from '../audit.ts';
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

/** Who signs in under this name. What else was typed there may be a password, and is nobody's to keep. */
export async function findNamed(db: Db, username: string) {
  const [row] = await db
    .select({
      id: user.id,
      username: sql<string>`coalesce(${user.username}, ${user.name})`,
      role: user.role,
      disabled: user.disabled,
      hasPassword: sql<boolean>`exists (select from account where account.user_id = "user".id
        and account.provider_id = 'credential')`,
    })
    .from(user)
    .where(eq(user.username, username.toLowerCase()));
  return row;
}

// Any number that nothing else in this database locks.
const firstUserLock = 4_152_027;

/**
 * Adds the first person, one caller at a time over all processes. False, and nobody is added: there is somebody. Without
 * `from`, the configuration names them.
 */
export function insertFirstPerson(db: Db, make: () => Promise<NewPerson>, from?: Origin): Promise<boolean> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${firstUserLock})`);
    if (await hasUsers(tx)) return false;
    const person = await make();
    const { id, role } = person;
    const username = person.username.toLowerCase();
    const by = from ? { id, username, from } : null;
    await recordActs(tx, [{ by, act: 'set_up', subject: { kind: 'person', id }, details: { username, role } }]);
    return insertPerson(tx, person);
  });
}
