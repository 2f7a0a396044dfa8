import { eq, sql } from 'drizzle-orm';
import { type Db, planned } from '../client.ts';
import { user } from '../schema/auth.ts';

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

/** The people behind sessions that stand now, by the session's token. */
export async function listSessionUsers(db: Db, tokens: readonly string[]) {
  const rows = await db.execute<{ token: string; id: string; name: string; username: string | null }>(
    planned(sql`select session.token, "user".id, "user".name, "user".username
      from session join "user" on "user".id = session.user_id
      where session.expires_at > now()
        and session.token in (select jsonb_array_elements_text(${JSON.stringify(tokens)}::jsonb))`),
  );
  return new Map(rows.map(({ token, ...person }) => [token, person]));
}

// Any number that nothing else in this database locks.
const firstUserLock = 4_152_027;

/** Calls `create` if there is nobody yet, one caller at a time over all processes. Returns whether it did. */
export function createFirst(db: Db, create: () => Promise<void>): Promise<boolean> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${firstUserLock})`);
    if (await hasUsers(tx)) return false;
    await create();
    return true;
  });
}
