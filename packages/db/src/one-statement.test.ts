import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from './client.ts';
import { inOneStatement } from './one-statement.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

let place: TestDatabase;
let database: Database;

beforeAll(async () => {
  place = await createTestDatabase();
  database = openDatabase(place.url);
  await database.db.execute(sql`create table parents (id int primary key)`);
  await database.db.execute(sql`create table children (parent int references parents)`);
});
afterAll(async () => {
  await database.close();
  await place.drop();
});

const children = async () => (await database.db.execute<{ parent: number }>(sql`select parent from children`)).length;

test('what is given goes as one, and a row may name another of it', async () => {
  await inOneStatement(database.db, async (one) => {
    await Promise.all([
      one.execute(sql`insert into children (parent) values (${1}), (${2})`),
      one.execute(sql`insert into parents (id) values (${1}), (${2})`),
    ]);
  });
  expect(await children()).toBe(2);
});

test('when one part fails, none is done, and all who gave one hear of it', async () => {
  const heard: unknown[] = [];
  const act = inOneStatement(database.db, (one) =>
    Promise.all([
      one.execute(sql`insert into parents (id) values (3)`).catch((error: Error) => heard.push(error.cause)),
      one.execute(sql`insert into children (parent) values (4)`).catch((error: Error) => heard.push(error.cause)),
    ]),
  );
  await expect(act).rejects.toMatchObject({ cause: { code: '23503' } });
  expect(heard).toMatchObject([{ code: '23503' }, { code: '23503' }]);
  expect(await database.db.execute(sql`select from parents where id = 3`)).toHaveLength(0);
});

test('a part that comes when all has been sent is not lost in silence', async () => {
  const act = inOneStatement(database.db, async (one) => {
    await one.execute(sql`insert into parents (id) values (5)`);
    await one.execute(sql`insert into parents (id) values (6)`);
  });
  await expect(act).rejects.toThrow('comes after');
});
