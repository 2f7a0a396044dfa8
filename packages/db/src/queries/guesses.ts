import { inArray, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { guesses } from '../schema/account.ts';

/**
 * Counts a try for each key, and gives how many there were of each within `seconds` of the first. Counted before it is
 * known whether the try is right, so that many at once gain nothing.
 */
export async function countGuess(db: Db, keys: readonly string[], seconds: number): Promise<Map<string, number>> {
  const over = sql`${guesses.since} < now() - make_interval(secs => ${seconds})`;
  const rows = await db
    .insert(guesses)
    .values([...keys].sort().map((key) => ({ key, count: 1, since: sql`now()` })))
    .onConflictDoUpdate({
      target: guesses.key,
      set: {
        count: sql`case when ${over} then 1 else ${guesses.count} + 1 end`,
        since: sql`case when ${over} then now() else ${guesses.since} end`,
      },
    })
    .returning({ key: guesses.key, count: guesses.count });
  return new Map(rows.map(({ key, count }) => [key, count]));
}

/** The try was right: it and those before it are forgotten for these keys. */
export async function forgetGuesses(db: Db, keys: readonly string[]): Promise<void> {
  await db.delete(guesses).where(inArray(guesses.key, [...keys]));
}

/** The try was right: it alone is taken back. */
export async function takeBackGuess(db: Db, key: string): Promise<void> {
  await db
    .update(guesses)
    .set({ count: sql`greatest(${guesses.count} - 1, 0)` })
    .where(inArray(guesses.key, [key]));
}

/** Forgets tries that count for nothing any more. */
export async function sweepGuesses(db: Db, seconds: number): Promise<void> {
  await db.delete(guesses).where(sql`${guesses.since} < now() - make_interval(secs => ${seconds})`);
}
