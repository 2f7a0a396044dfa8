import { and, desc, eq, gt, ne, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { session } from '../schema/auth.ts';

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
