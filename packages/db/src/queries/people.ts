import type { Role } from '@assay/shared';
import { and, asc, count, eq, or, sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import type { Db } from '../client.ts';
import { account, apikey, session, twoFactor, user } from '../schema/auth.ts';

export interface NewPerson {
  id: string;
  username: string;
  /** Empty: the user name. */
  name: string;
  role: Role;
  /** How they sign in. */
  passwordHash?: string;
  account?: ProviderAccount;
  /** That was verified, and by which they may be recognised. */
  email?: string | undefined;
}

/** Under which somebody is known to who signs people in for us. */
export interface ProviderAccount {
  providerId: string;
  accountId: string;
}

/** False, and nobody is added: the user name or the address is taken. */
export async function insertPerson(tx: Db, person: NewPerson): Promise<boolean> {
  const username = person.username.toLowerCase();
  const made = await tx
    .insert(user)
    .values({
      id: person.id,
      // better-auth wants an address; nothing is ever sent to it.
      email: person.email ?? `${username}@assay.invalid`,
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
  if (person.passwordHash) await insertPassword(tx, id, person.passwordHash);
  if (person.account) await insertProviderAccount(tx, { ...person.account, userId: id });
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

const insertPassword = (tx: Db, userId: string, password: string) =>
  tx.insert(account).values({ id: uuidv7(), userId, accountId: userId, providerId: 'credential', password });

/** In the place of the one there was, if any. */
export async function setPassword(tx: Db, userId: string, passwordHash: string): Promise<void> {
  const changed = await tx
    .update(account)
    .set({ password: passwordHash, updatedAt: new Date() })
    .where(and(eq(account.userId, userId), eq(account.providerId, 'credential')))
    .returning({ id: account.id });
  if (changed.length === 0) await insertPassword(tx, userId, passwordHash);
}

export async function insertProviderAccount(tx: Db, row: ProviderAccount & { userId: string }): Promise<void> {
  await tx.insert(account).values({ ...row, id: uuidv7() });
}

/** Since when the person signs in at the provider; undefined: they don't. */
export async function findProviderLink(db: Db, of: { providerId: string; userId: string }) {
  const [row] = await db
    .select({ at: account.createdAt })
    .from(account)
    .where(and(eq(account.providerId, of.providerId), eq(account.userId, of.userId)));
  return row?.at;
}

/** The person does not sign in at the provider any more. False: they did not. */
export async function removeProviderAccount(tx: Db, of: { providerId: string; userId: string }): Promise<boolean> {
  const removed = await tx
    .delete(account)
    .where(and(eq(account.providerId, of.providerId), eq(account.userId, of.userId)))
    .returning({ id: account.id });
  return removed.length > 0;
}

const knownAs = { id: user.id, username: sql<string>`coalesce(${user.username}, ${user.name})` };

/** Whose account at the provider it is. */
export async function findProviderAccount(db: Db, { providerId, accountId }: ProviderAccount) {
  const [row] = await db
    .select(knownAs)
    .from(account)
    .innerJoin(user, eq(user.id, account.userId))
    .where(and(eq(account.providerId, providerId), eq(account.accountId, accountId)));
  return row;
}

/**
 * Who signs in at the provider from now on: the person with the id, or whoever is known by the address or the user name.
 * By these, nobody who has a second factor: the provider would stand in for it without their knowing.
 */
export async function findLinkable(
  tx: Db,
  by: { id: string } | { email: string; username: string | undefined } | undefined,
) {
  if (!by) return undefined;
  const named =
    'id' in by
      ? eq(user.id, by.id)
      : and(
          or(eq(user.email, by.email), by.username === undefined ? undefined : eq(user.username, by.username)),
          eq(user.twoFactorEnabled, false),
        );
  const rows = await tx.select(knownAs).from(user).where(named).limit(2);
  return rows.length === 1 ? rows[0] : undefined;
}
