import { and, desc, eq, gt, ne, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { session, user, verification } from '../schema/auth.ts';

/** This person's sessions that stand, the one used last first. */
export function listSessionsOf(db: Db, userId: string) {
  return db
    .select({
      id: session.id,
      createdAt: session.createdAt,
      updatedAt: session.updatedAt,
      ipAddress: session.ipAddress,
      userAgent: session.userAgent,
    })
    .from(session)
    .where(and(eq(session.userId, userId), gt(session.expiresAt, sql`now()`)))
    .orderBy(desc(session.createdAt));
}

/** Who has given the password, and has still to give a code: `mark` is what better-auth told them by. */
export async function findBetweenFactors(db: Db, mark: string): Promise<{ id: string; username: string } | undefined> {
  const [row] = await db
    .select({ id: user.id, username: sql<string>`coalesce(${user.username}, ${user.name})` })
    .from(verification)
    .innerJoin(user, eq(user.id, verification.value))
    .where(eq(verification.identifier, mark));
  return row;
}

/** Ends this person's sessions: all, or `only` one, or all `but` one. Returns how many. */
export async function endSessionsOf(tx: Db, userId: string, which: { only?: string; but?: string | undefined } = {}) {
  const chosen = [
    eq(session.userId, userId),
    ...(which.only === undefined ? [] : [eq(session.id, which.only)]),
    ...(which.but === undefined ? [] : [ne(session.id, which.but)]),
  ];
  const ended = await tx
    .delete(session)
    .where(and(...chosen))
    .returning({ id: session.id });
  return ended.length;
}
