import { eq, sql } from 'drizzle-orm';
import { type Db, planned } from '../client.ts';
import { workers } from '../schema/worker.ts';

/** Puts down a worker process that begins. */
export async function insertWorker(db: Db, worker: { id: string; host: string; pid: number }): Promise<void> {
  await db.insert(workers).values(worker);
}

/** Says that a worker process is alive. False: it was silent for so long that it was taken for dead, and its work given away. */
export async function beatWorker(db: Db, id: string): Promise<boolean> {
  const rows = await db.execute(planned(sql`update workers set seen_at = now() where id = ${id} returning id`));
  return rows.length === 1;
}

/** Takes workers for dead that were not heard of for so many seconds. Returns how many there were. */
export async function removeSilentWorkers(db: Db, seconds: number): Promise<number> {
  const rows = await db
    .delete(workers)
    .where(sql`${workers.seenAt} < now() - make_interval(secs => ${seconds})`)
    .returning({ id: workers.id });
  return rows.length;
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
