import { type SQL, sql } from 'drizzle-orm';
import { type Db, planned } from './client.ts';

/** What takes statements: the database, a transaction, or many that become one. */
export type Statements = Pick<Db, 'execute'>;

/**
 * Sends the statements that `act` gives it, before it first waits, as one: each by itself costs the database and this
 * process as much as several rows. All of them insert, none sees what another has inserted, and none is answered with
 * rows. Foreign keys are looked at when all have run.
 */
export async function inOneStatement(tx: Db, act: (statements: Statements) => Promise<unknown>): Promise<void> {
  const parts: SQL[] = [];
  const executed = Promise.withResolvers<never[]>();
  let isSent = false;
  const take = (part: SQL) => {
    if (isSent) throw new Error('This statement comes after the one that it belongs to was sent');
    parts.push(part);
    return executed.promise;
  };
  const acted = act({ execute: take as unknown as Db['execute'] });
  isSent = true;
  const named = parts.map((part, i) => sql`${sql.raw(`part_${i}`)} as (${part})`);
  executed.resolve(tx.execute(planned(sql`with ${sql.join(named, sql`, `)} select`)).then(() => []));
  await Promise.all([executed.promise, acted]);
}
