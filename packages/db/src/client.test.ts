import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { openDatabase } from './client.ts';
import { createTestDatabase } from './testing.ts';

test('a connection that dies in the middle of a transaction fails it, and neither the process nor those after it', async () => {
  const database = await createTestDatabase();
  const { db, close } = openDatabase(database.url, { connections: 2 });
  const isThere = async (pid: number | undefined) =>
    (await db.execute(sql`select 1 from pg_stat_activity where pid = ${pid}`)).length > 0;
  const broken = db.transaction(async (tx) => {
    const [backend] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
    await db.execute(sql`select pg_terminate_backend(${backend?.pid})`);
    // Its end has come in then, and what is written next finds no socket.
    while (await isThere(backend?.pid)) await wait(5);
    await tx.execute(sql`select 1`);
  });
  await expect(broken).rejects.toThrow();
  const ask = () => db.execute(sql`select 1 as one`).catch(() => 'not yet');
  await expect.poll(ask).toEqual([{ one: 1 }]);
  await close();
  await database.drop();
});

test.each([
  { done: 'before its connection is there again', isBack: false },
  { done: 'on its connection when that is there again', isBack: true },
])('what a broken transaction goes on with is not done $done, and the connection serves others', async ({ isBack }) => {
  const database = await createTestDatabase();
  const { db, close } = openDatabase(database.url, { connections: 1 });
  const other = openDatabase(database.url, { connections: 1 });
  await other.db.execute(sql`create table said_late (note text)`);
  const ask = () => db.execute(sql`select 1 as one`).catch(() => 'not yet');
  // A long statement takes another way to the socket than a short one.
  for (const note of ['short', 'x'.repeat(100_000)]) {
    const goOn = Promise.withResolvers<void>();
    const late = Promise.withResolvers<unknown>();
    const broken = db.transaction(async (tx) => {
      const [backend] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
      await other.db.execute(sql`select pg_terminate_backend(${backend?.pid})`);
      await goOn.promise;
      await tx.execute(sql`insert into said_late values (${note})`).then(late.resolve, late.reject);
    });
    await expect(broken).rejects.toThrow(/CONNECTION_CLOSED|terminating connection/);
    if (isBack) await expect.poll(ask).toEqual([{ one: 1 }]);
    goOn.resolve();
    await expect(late.promise).rejects.toThrow();
    await expect.poll(ask).toEqual([{ one: 1 }]);
  }
  expect(await other.db.execute(sql`select * from said_late`)).toEqual([]);
  await Promise.all([close(), other.close()]);
  await database.drop();
});

test('of the connections that are free, the one that was used last is used next', async () => {
  const database = await createTestDatabase();
  const { db, close } = openDatabase(database.url, { connections: 4 });
  const pidAfter = async (seconds: number) =>
    (await db.execute<{ pid: number }>(sql`select pg_backend_pid() as pid, pg_sleep(${seconds})`))[0]?.pid;
  expect(new Set(await Promise.all([0.1, 0.1, 0.1, 0.1].map(pidAfter))).size).toBe(4);
  const [first, ...others] = [await pidAfter(0), await pidAfter(0), await pidAfter(0)];
  expect(others).toEqual([first, first]);
  await close();
  await database.drop();
});
