import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { PgBoss } from 'pg-boss';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Database, openDatabase } from './client.ts';
import { openQueue, type WorkQueue } from './queue.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

let place: TestDatabase;
let database: Database;
let boss: PgBoss;
let queue: WorkQueue;
const errors: Error[] = [];

beforeEach(async () => {
  place = await createTestDatabase();
  database = openDatabase(place.url, { connections: 3 });
  boss = new PgBoss({ connectionString: place.url, schema: 'pgboss', supervise: false, schedule: false, max: 1 });
  await boss.start();
  queue = await openQueue(place.url, database, (error) => errors.push(error));
  errors.length = 0;
});
afterEach(async () => {
  await queue.close();
  await boss.stop({ graceful: false });
  await database.close();
  await place.drop();
});

test('hourly work is in the database once, however many workers ask for it', async () => {
  const other = await openQueue(place.url, database, (error) => errors.push(error));
  await queue.workHourly('sweep', async () => {});
  await other.workHourly('sweep', async () => {});
  const rows = await database.db.execute(sql`select name, cron, options->>'missed' as missed from pgboss.schedule`);
  expect([...rows]).toEqual([{ name: 'sweep', cron: '17 * * * *', missed: 'once' }]);
  await other.close();
  expect(errors).toEqual([]);
});

test('one works while the others wait', async () => {
  const begun = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  await queue.workHourly('sweep', async () => {
    begun.resolve();
    await gate.promise;
  });
  const id = await boss.send('sweep', null);
  await begun.promise;
  expect(await boss.send('sweep', null)).toBeNull();
  gate.resolve();
  await expect.poll(async () => (await boss.getJobById('sweep', id ?? ''))?.state).toBe('completed');
  expect(await boss.send('sweep', null)).not.toBeNull();
});

test('a failure is told, and tried again later', async () => {
  await queue.workHourly('sweep', () => Promise.reject(new Error('the store is away')));
  const id = await boss.send('sweep', null);
  await expect.poll(async () => (await boss.getJobById('sweep', id ?? ''))?.state).toBe('retry');
  expect(errors.map(({ message }) => message)).toEqual(['the store is away']);
});

test('work that has waited for years is still there after the queue has tidied up', async () => {
  const { db } = database;
  await db.execute(sql`insert into models (name, version, manifest) values ('away', '1.0.0', '{}')`);
  await queue.ensure(1);
  const id = randomUUID();
  await queue.send(db, 1, [{ id, place: 0 }]);
  const done = await boss.send('predict.1', null);
  await db.execute(sql`update pgboss.job set created_on = created_on - interval '9 years',
    start_after = start_after - interval '9 years', keep_until = keep_until - interval '9 years'`);
  // What is done is tidied away: the queue does look.
  await boss.complete('predict.1', done ?? '');
  await db.execute(sql`update pgboss.job set completed_on = now() - interval '9 years' where id = ${done}`);
  await boss.supervise('predict.1');
  expect(await db.execute(sql`select id from pgboss.job where name = 'predict.1'`)).toEqual([{ id }]);
  expect(await db.transaction((tx) => queue.claim(tx, 1, 10))).toEqual([id]);
});

// It would choose to read all that wait for each of them, and time is nothing to test by.
test('the planner does not remember a queue as empty that was so when it counted', async () => {
  for (let i = 0; i < 10; i++) await boss.send('preview', { objectId: i });
  await database.db.execute(sql`analyze pgboss.job_common`);
  const known = await database.db.execute<{ column: string }>(
    sql`select attname as column from pg_stats where schemaname = 'pgboss' and tablename = 'job_common'`,
  );
  const columns = known.map(({ column }) => column);
  expect(columns).toContain('state');
  expect(columns).not.toContain('name');
});
