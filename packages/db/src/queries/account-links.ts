import { and, desc, eq, gt, isNull, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { accountLinks } from '../schema/account.ts';
import { user } from '../schema/auth.ts';

const stands = () =>
  and(isNull(accountLinks.usedAt), isNull(accountLinks.revokedAt), gt(accountLinks.endsAt, sql`now()`));

export async function insertAccountLink(tx: Db, link: typeof accountLinks.$inferInsert): Promise<void> {
  await tx.insert(accountLinks).values(link);
}

/** The link that is still good, with whose password it sets; undefined when there is none. */
export async function findAccountLink(db: Db, tokenHash: string) {
  const [row] = await db
    .select({
      kind: accountLinks.kind,
      role: accountLinks.role,
      note: accountLinks.note,
      endsAt: accountLinks.endsAt,
      userId: accountLinks.userId,
      username: user.displayUsername,
    })
    .from(accountLinks)
    .leftJoin(user, eq(user.id, accountLinks.userId))
    .where(and(eq(accountLinks.tokenHash, tokenHash), stands()));
  return row;
}

/** Uses the link up, once over all who try. Undefined: it is not good any more, or never was. */
export async function useAccountLink(tx: Db, tokenHash: string) {
  const [row] = await tx
    .update(accountLinks)
    .set({ usedAt: new Date() })
    .where(and(eq(accountLinks.tokenHash, tokenHash), stands()))
    .returning({
      id: accountLinks.id,
      kind: accountLinks.kind,
      role: accountLinks.role,
      userId: accountLinks.userId,
    });
  return row;
}

export async function setAccountLinkUser(tx: Db, id: string, userId: string): Promise<void> {
  await tx.update(accountLinks).set({ userId }).where(eq(accountLinks.id, id));
}

/** Invitations that nobody has taken up and that still can be, the newest first. */
export function listInvitations(db: Db) {
  return db
    .select({
      id: accountLinks.id,
      role: accountLinks.role,
      note: accountLinks.note,
      madeAt: accountLinks.madeAt,
      madeBy: user.displayUsername,
      endsAt: accountLinks.endsAt,
    })
    .from(accountLinks)
    .innerJoin(user, eq(user.id, accountLinks.madeBy))
    .where(and(eq(accountLinks.kind, 'invitation'), stands()))
    .orderBy(desc(accountLinks.madeAt));
}

/** False: there is no such link that is still good. */
export async function revokeAccountLink(tx: Db, id: string): Promise<boolean> {
  const revoked = await tx
    .update(accountLinks)
    .set({ revokedAt: new Date() })
    .where(and(eq(accountLinks.id, id), stands()))
    .returning({ id: accountLinks.id });
  return revoked.length === 1;
}

/** Links that set this person's password and are still good. */
export async function revokePasswordLinksOf(tx: Db, userId: string): Promise<void> {
  await tx
    .update(accountLinks)
    .set({ revokedAt: new Date() })
    .where(and(eq(accountLinks.userId, userId), eq(accountLinks.kind, 'password'), stands()));
}
