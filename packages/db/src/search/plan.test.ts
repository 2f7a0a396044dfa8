import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../client.ts';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import type { Condition } from './condition.ts';
import { planSearch } from './plan.ts';

const many = 25_000;

let place: TestDatabase;
let database: Database;

beforeAll(async () => {
  place = await createTestDatabase();
  database = openDatabase(place.url, { connections: 1 });
  await database.db.execute(sql`
    insert into objects (sha256, md5, sha1, size, media_type, mime)
    select sha256(n::text::bytea), decode(md5(n::text), 'hex'), substring(sha256(n::text::bytea) for 20), n, 'text', 'text/plain'
    from generate_series(1, ${many}::int) n`);
  await database.db.execute(sql`analyze`);
});
afterAll(async () => {
  await database.close();
  await place.drop();
});

const ofSize = (most: number, how: Partial<Condition> = {}): Condition => {
  const isSmall = sql.raw(`size <= ${most}`);
  return { test: sql`objects.${isSmall}`, set: sql`select id as object_id from objects where ${isSmall}`, ...how };
};

test.each([{ countable: true }, { countable: false }])(
  'what most objects meet is tested on the way through all of them: %o',
  async (how) => {
    const condition = ofSize(many - 1, how);
    expect(await planSearch(database.db, [condition], { wanted: 50 })).toEqual({ seeds: [], tests: [condition] });
  },
);

test('a search begins with the few objects that meet one of its conditions, and tests the others of them', async () => {
  const [few, most] = [ofSize(100), ofSize(many - 1, { countable: true })];
  expect(await planSearch(database.db, [most, few], { wanted: 50 })).toEqual({ seeds: [few.set], tests: [most] });
});
