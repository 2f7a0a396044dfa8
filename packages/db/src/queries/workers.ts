import { eq, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { workers } from '../schema/worker.ts';

/** Says that a worker process is alive. Called every few seconds by the worker itself. */
export async function beatWorker(db: Db, worker: { id: string; host: string; pid: number }): Promise<void> {
  await db
    .insert(workers)
    .values(worker)
    .onConflictDoUpdate({ target: workers.id, set: { seenAt: sql`now()` } });
}

/** Says that a worker process has stopped of its own accord. */
export async function removeWorker(db: Db, id: string): Promise<void> {
  await db.delete(workers).where(eq(workers.id, id));
}

/** Forgets the workers of this host: what ran here before has ended, however it ended. */
export async function removeWorkersOf(db: Db, host: string): Promise<void> {
  await db.delete(workers).where(eq(workers.host, host));
}

/** Whether any worker was heard of within the last `seconds`. */
export async function isAnyWorkerAlive(db: Db, seconds: number): Promise<boolean> {
  const rows = await db
    .select({ id: workers.id })
    .from(workers)
    .where(sql`${workers.seenAt} > now() - make_interval(secs => ${seconds})`)
    .limit(1);
  return rows.length > 0;
}
