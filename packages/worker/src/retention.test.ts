import { hash, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  askForPreviews,
  type Database,
  deleteFromCase,
  ensureRuns,
  finishPreview,
  insertCase,
  insertObjects,
  insertUploads,
  type JobSender,
  openDatabase,
  openSender,
} from '@assay/db';
import { createTestDatabase, type TestDatabase } from '@assay/db/testing';
import { objectHashSchema } from '@assay/shared';
import { type ObjectStore, openStore } from '@assay/storage';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { removeBytes } from './remove-bytes.ts';
import { applyRetention } from './retention.ts';

let place: TestDatabase;
let database: Database;
let sender: JobSender;
let folder: string;
let store: ObjectStore;
const log = pino({ level: 'silent' });
const ada = { id: 'ada' };

beforeAll(async () => {
  place = await createTestDatabase();
  database = openDatabase(place.url, { connections: 2 });
  sender = await openSender(database.db);
  folder = await mkdtemp(join(tmpdir(), 'assay-test-retention-'));
  store = await openStore(pathToFileURL(folder).href);
  await database.db.execute(
    sql`insert into "user" (id, name, email, username) values ('ada', 'Ada', 'ada@assay.invalid', 'ada')`,
  );
});
afterAll(async () => {
  await sender.close();
  await database.close();
  await place.drop();
  await rm(folder, { recursive: true });
});

async function keep(text: string) {
  const path = join(store.incoming, randomUUID());
  const sha256 = objectHashSchema.parse(hash('sha256', text));
  await writeFile(path, text);
  await store.put(path, sha256);
  await rm(path);
  return sha256;
}

/** An object that was uploaded into the case so many days ago. */
async function add(caseId: string, daysAgo: number) {
  const text = randomUUID();
  const sha256 = await keep(text);
  const hashes = { sha256, md5: hash('md5', text), sha1: hash('sha1', text) };
  const facts = { ...hashes, size: text.length, mediaType: 'image' as const, mime: 'image/png', encoding: null };
  const id = await database.db.transaction(async (tx) => {
    const { id = 0 } = (await insertObjects(tx, ada, [facts])).get(sha256) ?? {};
    const runId = randomUUID();
    await ensureRuns(tx, ada, [{ id: runId, caseId }]);
    const upload = {
      objectId: id,
      runId,
      caseId,
      uploadedBy: 'ada',
      fileName: 'x.png',
      falseExtension: null,
      position: 0,
    };
    await insertUploads(tx, [{ id: randomUUID(), ...upload }]);
    return id;
  });
  await database.db.execute(
    sql`update uploads set uploaded_at = now() - make_interval(days => ${daysAgo}) where object_id = ${id}`,
  );
  return { id, sha256 };
}

const makeCase = async (days: number | null) => {
  const id = await insertCase(database.db, { name: randomUUID(), by: 'ada' });
  await database.db.execute(sql`update cases set retention_days = ${days} where id = ${id}`);
  return id;
};
const retain = () => applyRetention({ db: database.db, queue: sender, log }, new AbortController().signal);
const deletionsOf = async (id: number) => [
  ...(await database.db.execute(sql`select cause, by, reason from deletions where object_id = ${id}`)),
];

test('a case keeps bytes for its days and no longer; one without a rule, for ever; a held one, all', async () => {
  const [ten, none, held] = [await makeCase(10), await makeCase(null), await makeCase(10)];
  await database.db.execute(sql`update cases set held_at = now() where id = ${held}`);
  const [old, young, kept, safe] = [await add(ten, 11), await add(ten, 9), await add(none, 4000), await add(held, 11)];
  expect(await retain()).toBe(1);
  expect(await deletionsOf(old.id)).toEqual([
    { cause: 'retention', by: null, reason: 'The case keeps bytes for 10 days after their upload.' },
  ]);
  const acts =
    await database.db.execute(sql`select user_id as who, outcome, details->>'cause' as cause, details->>'case' as within
    from audit_records where act = 'delete' and subject_id = ${old.sha256}`);
  expect([...acts]).toEqual([{ who: null, outcome: 'done', cause: 'retention', within: ten }]);
  expect(await retain()).toBe(0);
  for (const { id } of [old, young, kept, safe]) await removeBytes({ db: database.db, store, log }, id);
  const there = [old, young, kept, safe].map(({ sha256 }) => store.has(sha256));
  expect(await Promise.all(there)).toEqual([false, true, true, true]);
  await database.db.execute(sql`update cases set held_at = null where id = ${held}`);
  expect(await retain()).toBe(1);
});

test('bytes go by a job, with their previews; again is nothing, and what others have stays', async () => {
  const caseId = await makeCase(null);
  const [one, other] = [await add(caseId, 0), await add(caseId, 0)];
  const [own, shared] = [await keep(randomUUID()), await keep(randomUUID())];
  for (const [id, kind, sha256] of [
    [one.id, 'thumbnail', own],
    [one.id, 'poster', shared],
    [other.id, 'thumbnail', shared],
  ] as const) {
    await askForPreviews(database.db, id, [kind]);
    await finishPreview(database.db, id, { kind, sha256, size: 36 });
  }
  const order = {
    objectId: one.id,
    caseId,
    cause: 'request' as const,
    by: { id: 'ada', username: 'ada' },
    reason: 'not relevant',
  };
  const gone = await database.db.transaction((tx) => deleteFromCase(tx, sender, order));
  expect(gone.map(({ sha256 }) => sha256)).toEqual([one.sha256]);
  const jobs = await database.db.execute(
    sql`select 1 from pgboss.job where name = 'removal' and data->>'objectId' = ${String(one.id)}`,
  );
  expect(jobs).toHaveLength(1);
  for (let i = 0; i < 2; i++) await removeBytes({ db: database.db, store, log }, one.id);
  await removeBytes({ db: database.db, store, log }, other.id);
  const hashes = [one.sha256, own, shared, other.sha256];
  expect(await Promise.all(hashes.map((each) => store.has(each)))).toEqual([false, false, true, true]);
  expect(await database.db.execute(sql`select 1 from previews where object_id = ${one.id}`)).toHaveLength(0);
});
