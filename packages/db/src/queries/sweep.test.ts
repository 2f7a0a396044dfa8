import { hash } from 'node:crypto';
import { type ObjectFacts, type ObjectHash, objectHashSchema } from '@assay/shared';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Database, type Db, openDatabase } from '../client.ts';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import { insertObjects } from './objects.ts';
import { holdOffSweep, removeUnreferenced } from './sweep.ts';

let place: TestDatabase;
let database: Database;
let db: Db;

beforeEach(async () => {
  place = await createTestDatabase();
  database = openDatabase(place.url, { connections: 4 });
  ({ db } = database);
});
afterEach(async () => {
  await database.close();
  await place.drop();
});

const factsOf = (text: string): ObjectFacts => ({
  sha256: objectHashSchema.parse(hash('sha256', text)),
  md5: hash('md5', text),
  sha1: hash('sha1', text),
  ...{ size: text.length, mediaType: 'text', mime: 'text/plain', encoding: 'utf-8' },
});
const insert = (tx: Db, ...facts: ObjectFacts[]) => insertObjects(tx, { id: 'ada' }, facts);

// Of this database: other test files lock things in theirs.
const waiting = sql`select 1 from pg_locks join pg_database on pg_database.oid = database
  where datname = current_database() and locktype = 'advisory' and not granted`;
const untilSomebodyWaits = () => expect.poll(() => db.execute(waiting)).toHaveLength(1);

test('objects stay and all others go, in parts', async () => {
  const kept = factsOf('kept');
  await insert(db, kept);
  const orphans = Array.from({ length: 120 }, (_, i) => factsOf(`orphan ${i}`).sha256);
  const removed: ObjectHash[] = [];
  const remove = async (sha256: ObjectHash) => void removed.push(sha256);
  expect(await removeUnreferenced(db, [kept.sha256, ...orphans], remove)).toBe(120);
  expect(removed).toEqual(orphans);
  expect(await removeUnreferenced(db, [], remove)).toBe(0);
});

test('a sweep waits for uploads, and leaves alone what has become an object meanwhile', async () => {
  const facts = factsOf('just in time');
  let removed = 0;
  let swept = Promise.resolve(-1);
  await db.transaction(async (tx) => {
    await holdOffSweep(tx);
    await insert(tx, facts);
    swept = removeUnreferenced(db, [facts.sha256], async () => void removed++);
    await untilSomebodyWaits();
  });
  expect(await swept).toBe(0);
  expect(removed).toBe(0);
});

test('an upload waits for what is being removed; uploads do not wait for each other', async () => {
  const { sha256 } = factsOf('orphan');
  const order: string[] = [];
  let upload = Promise.resolve();
  const record = () =>
    db.transaction(async (tx) => {
      await holdOffSweep(tx);
      order.push('recorded');
    });
  await removeUnreferenced(db, [sha256], async () => {
    upload = record();
    await untilSomebodyWaits();
    order.push('removed');
  });
  await upload;
  expect(order).toEqual(['removed', 'recorded']);

  await db.transaction(async (tx) => {
    await holdOffSweep(tx);
    await record();
  });
  expect(order).toHaveLength(3);
});

test('a removal that fails is told after all of them have ended', async () => {
  const orphans = ['a', 'b', 'c'].map((text) => factsOf(text).sha256);
  let ended = 0;
  const remove = async (sha256: ObjectHash) => {
    if (sha256 === orphans[0]) throw new Error('the store is away');
    await db.execute(sql`select 1`);
    ended++;
  };
  await expect(removeUnreferenced(db, orphans, remove)).rejects.toThrow('the store is away');
  expect(ended).toBe(2);
});
