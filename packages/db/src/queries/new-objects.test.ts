import { hash } from 'node:crypto';
import { type ObjectFacts, objectHashSchema } from '@assay/shared';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type Database, openDatabase } from '../client.ts';
import { inOneStatement } from '../one-statement.ts';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import { listUploadCases } from './cases.ts';
import { ObjectNumbers } from './object-numbers.ts';
import { insertNewObjects, insertObjects } from './objects.ts';
import { insertNewRuns, insertUploads } from './runs.ts';

const ada = { id: 'ada' };
let place: TestDatabase;
let database: Database;

beforeAll(async () => {
  place = await createTestDatabase();
  database = openDatabase(place.url, { connections: 2 });
  await database.db.execute(sql`insert into "user" (id, name, email) values ('ada', 'Ada', 'ada@assay.invalid')`);
});
afterAll(async () => {
  await database.close();
  await place.drop();
});
afterEach(() => vi.useRealTimers());

function describe(what: string): ObjectFacts {
  const [sha256, md5, sha1] = ['sha256', 'md5', 'sha1'].map((name) => hash(name, what));
  const hashes = { sha256: objectHashSchema.parse(sha256), md5: md5 ?? '', sha1: sha1 ?? '' };
  return { ...hashes, size: what.length, mediaType: 'text', mime: 'text/plain', encoding: 'utf-8' };
}

/** As one statement: a run, and an upload in it of an object that is believed to be new. */
async function record(facts: ObjectFacts, id: number, caseId: string): Promise<void> {
  const runId = crypto.randomUUID();
  const upload = { id: crypto.randomUUID(), objectId: id, place: id, runId, caseId, uploadedBy: ada.id };
  await database.db.transaction((tx) =>
    inOneStatement(tx, (one) =>
      Promise.all([
        insertNewRuns(one, ada, [{ id: runId, caseId }]),
        insertNewObjects(one, [{ ...facts, id }]),
        insertUploads(one, [{ ...upload, fileName: 'a.txt', position: 0 }]),
      ]),
    ),
  );
}

const takeOne = async () => {
  const numbers = new ObjectNumbers();
  await numbers.restock(database.db, 1);
  return numbers.take(1)?.[0] ?? 0;
};

const count = async () => {
  const [row] = await database.db.execute(sql`select (select count(*)::int from runs) as runs,
    (select count(*)::int from objects) as objects, (select count(*)::int from uploads) as uploads`);
  return row;
};

test('an object that is new is written with what names it, and one that is not new brings nothing in', async () => {
  const { db } = database;
  const [own] = await listUploadCases(db, ada, undefined);
  const id = await takeOne();
  await record(describe('new'), id, own?.id ?? '');
  expect((await insertObjects(db, null, [describe('new')])).get(describe('new').sha256)?.id).toBe(id);
  const before = await count();
  expect(before).toEqual({ runs: 1, objects: 1, uploads: 1 });

  await expect(record(describe('new'), await takeOne(), own?.id ?? '')).rejects.toThrow();
  expect(await count()).toEqual(before);
});

test('a case that takes no uploads of the asker gets none', async () => {
  const { db } = database;
  const [foreign] = await db.execute<{ id: string }>(
    sql`insert into cases (name, created_by) values ('Harbour', 'ada') returning id`,
  );
  const before = await count();
  await expect(record(describe('for another case'), await takeOne(), foreign?.id ?? '')).rejects.toThrow();
  expect(await count()).toEqual(before);
});

test('numbers are given out once, as long as they are fresh', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const numbers = new ObjectNumbers();
  expect(numbers.take(1)).toBeUndefined();
  await numbers.restock(database.db, 5);
  const given = [...(numbers.take(2) ?? []), ...(numbers.take(3) ?? [])];
  expect(new Set(given).size).toBe(5);
  expect(numbers.take(1)).toBeUndefined();

  await numbers.restock(database.db, 5);
  vi.advanceTimersByTime(201);
  expect(numbers.take(1)).toBeUndefined();
  await numbers.restock(database.db, 1_000_000);
  expect(numbers.take(200)?.every((number) => !given.includes(number))).toBe(true);
  expect(numbers.take(1)).toBeUndefined();
});
