import type { Role } from '@assay/shared';
import { and, asc, count, eq, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { account, apikey, session, twoFactor, user } from '../schema/auth.ts';

export interface NewPerson {
  id: string;
  username: string;
  /** Empty: the user name. */
  name: string;
  role: Role;
  passwordHash: string;
}

/** False, and nobody is added: the user name is taken. */
export async function insertPerson(tx: Db, person: NewPerson): Promise<boolean> {
  const username = person.username.toLowerCase();
  const made = await tx
    .insert(user)
    .values({
      id: person.id,
      // better-auth wants an address; nothing is ever sent to it.
      email: `${username}@assay.invalid`,
      emailVerified: true,
      name: person.name || person.username,
      username,
      displayUsername: person.username,
      role: person.role,
    })
    .onConflictDoNothing()
    .returning({ id: user.id });
  if (made.length === 0) return false;
  const { id } = person;
  await tx
    .insert(account)
    .values({ id, userId: id, accountId: id, providerId: 'credential', password: person.passwordHash });
  return true;
}

/** Everybody who has an account, by user name, with how many sessions and keys of theirs stand. */
export function listPeople(db: Db) {
  const sessions = db
    .select({ userId: session.userId, count: count().as('sessions') })
    .from(session)
    .where(sql`${session.expiresAt} > now()`)
    .groupBy(session.userId)
    .as('sessions');
  const keys = db
    .select({ userId: apikey.referenceId, count: count().as('keys') })
    .from(apikey)
    .where(and(apikey.enabled, sql`coalesce(${apikey.endsAt} > now(), true)`))
    .groupBy(apikey.referenceId)
    .as('keys');
  return db
    .select({
      id: user.id,
      username: sql<string>`coalesce(${user.displayUsername}, ${user.name})`,
      name: user.name,
      role: user.role,
      disabled: user.disabled,
      hasSecondFactor: user.twoFactorEnabled,
      createdAt: user.createdAt,
      sessions: sql<number>`coalesce(${sessions.count}, 0)::int`,
      keys: sql<number>`coalesce(${keys.count}, 0)::int`,
    })
    .from(user)
    .leftJoin(sessions, eq(sessions.userId, user.id))
    .leftJoin(keys, eq(keys.userId, user.id))
    .orderBy(asc(user.username));
}

/**
 * The person, locked until the transaction ends; undefined when there is none. Uploads of theirs that are being recorded
 * go on, and are not waited for.
 */
export async function lockPerson(tx: Db, id: string) {
  const [row] = await tx
    .select({ username: user.username, role: user.role, disabled: user.disabled })
    .from(user)
    .where(eq(user.id, id))
    .for('no key update');
  return row;
}

/** The administrators who can sign in; none of them stops being one until the transaction ends. */
export async function lockAdministrators(tx: Db): Promise<string[]> {
  const rows = await tx
    .select({ id: user.id })
    .from(user)
    .where(and(eq(user.role, 'administrator'), eq(user.disabled, false)))
    .orderBy(user.id)
    .for('no key update');
  return rows.map(({ id }) => id);
}

export async function updatePerson(tx: Db, id: string, change: { role?: Role; disabled?: boolean }): Promise<void> {
  await tx
    .update(user)
    .set({ ...change, updatedAt: new Date() })
    .where(eq(user.id, id));
}

/** False: there was none, not even one that was begun. */
export async function removeSecondFactor(tx: Db, userId: string): Promise<boolean> {
  await tx.update(user).set({ twoFactorEnabled: false, updatedAt: new Date() }).where(eq(user.id, userId));
  const removed = await tx.delete(twoFactor).where(eq(twoFactor.userId, userId)).returning({ id: twoFactor.id });
  return removed.length > 0;
}

export async function setPassword(tx: Db, userId: string, passwordHash: string): Promise<void> {
  await tx
    .update(account)
    .set({ password: passwordHash, updatedAt: new Date() })
    .where(and(eq(account.userId, userId), eq(account.providerId, 'credential')));
}
