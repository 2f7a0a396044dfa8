import { hash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { manifestSchema, type ObjectFacts, objectHashSchema } from '@assay/shared';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Database, type Db, openDatabase } from '../client.ts';
import { connect } from '../connect.ts';
import { migrateDatabase } from '../migrate.ts';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import { insertCase, insertMember, listUploadCases } from './cases.ts';
import { insertDerivations } from './derivations.ts';
import { upsertModel } from './models.ts';
import { findObject, insertObjects, lockParent } from './objects.ts';
import { requestPredictions } from './request-predictions.ts';
import { ensureRuns, insertUploads } from './runs.ts';

const ada = { id: 'ada' };
const eve = { id: 'eve' };

let place: TestDatabase;
let database: Database;
let db: Db;
let modelId: number;

const addPeople = (to: Db) =>
  to.execute(sql`insert into "user" (id, name, email, username) values
    ('ada', 'Ada', 'ada@assay.invalid', 'ada'), ('eve', 'Eve', 'eve@assay.invalid', 'eve')`);

beforeAll(async () => {
  place = await createTestDatabase();
  database = openDatabase(place.url, { connections: 4 });
  db = database.db;
  await addPeople(db);
  const manifest = { protocol: 'assay/1', name: 'cutter', version: '1.0.0', accepts: ['text'], emits: ['text'] };
  modelId = await upsertModel(db, manifestSchema.parse(manifest));
});
afterAll(async () => {
  await database.close();
  await place.drop();
});

let made = 0;
function newObject(): ObjectFacts {
  const [sha256, md5 = '', sha1 = ''] = ['sha256', 'md5', 'sha1'].map((name) => hash(name, `object ${made}`));
  made += 1;
  return {
    sha256: objectHashSchema.parse(sha256),
    md5,
    sha1,
    size: 1,
    mediaType: 'text',
    mime: 'text/plain',
    encoding: 'utf-8',
  };
}

async function store(tx: Db, object: ObjectFacts): Promise<number> {
  return (await insertObjects(tx, null, [object])).get(object.sha256)?.id ?? 0;
}

async function upload(tx: Db, objectId: number, caseId: string, by = ada): Promise<void> {
  const runId = crypto.randomUUID();
  expect([...(await ensureRuns(tx, by, [{ id: runId, caseId }])).keys()]).toEqual([runId]);
  const named = { uploadedBy: by.id, fileName: 'a.txt', position: 0 };
  await insertUploads(tx, [{ id: crypto.randomUUID(), objectId, runId, caseId, ...named }]);
}

async function derive(tx: Db, parentId: number, childId: number): Promise<void> {
  await lockParent(tx, parentId);
  const [prediction] = await requestPredictions(tx, [{ objectId: parentId, modelId }]);
  const [used] = await tx.execute<{ n: number }>(
    sql`select count(*)::int as n from derivations where prediction_id = ${prediction?.id ?? ''}`,
  );
  if (used?.n) throw new Error('This object has been taken apart');
  await insertDerivations(tx, { predictionId: prediction?.id ?? '', parentId }, [{ childId }]);
}

const newCase = (name = 'Harbour') => insertCase(db, { name, by: ada.id });
const sees = async (asker: { id: string; cases?: string[] }, { sha256 }: ObjectFacts) =>
  (await findObject(db, asker, sha256)) !== undefined;

test('each account has a private case that only its owner is a member of', async () => {
  const [own] = await listUploadCases(db, ada, undefined);
  expect(own).toMatchObject({ name: 'Private', isPrivate: true, isArchived: false });
  expect(await listUploadCases(db, eve, own?.id)).toEqual([]);
  const members = await db.execute(sql`select user_id, role from case_members where case_id = ${own?.id ?? ''}`);
  expect([...members]).toEqual([{ user_id: 'ada', role: 'manager' }]);
});

test('an object is seen by the members of its cases, and with a key only in the cases of that', async () => {
  const [one, other] = [await newCase(), await newCase()];
  const object = newObject();
  await upload(db, await store(db, object), one);
  expect([await sees(ada, object), await sees(eve, object)]).toEqual([true, false]);
  expect(await sees({ ...ada, cases: [one] }, object)).toBe(true);
  expect(await sees({ ...ada, cases: [other] }, object)).toBe(false);
  await insertMember(db, { caseId: one, userId: eve.id, role: 'reader', addedBy: ada.id });
  expect(await sees(eve, object)).toBe(true);
  // A key does not reach further than its owner.
  await db.execute(sql`delete from case_members where case_id = ${one} and user_id = 'eve'`);
  expect(await sees({ ...eve, cases: [one] }, object)).toBe(false);
});

test('what models made is where its parent is, whichever came first, all the way down', async () => {
  const [first, later] = [await newCase(), await newCase()];
  await insertMember(db, { caseId: later, userId: eve.id, role: 'reader', addedBy: ada.id });
  const chain = [newObject(), newObject(), newObject(), newObject()];
  const ids: number[] = [];
  for (const object of chain) ids.push(await store(db, object));
  const [a = 0, b = 0, c = 0, d = 0] = ids;
  await derive(db, b, c);
  await upload(db, a, first);
  await derive(db, a, b);
  expect(await Promise.all(chain.map((object) => sees(ada, object)))).toEqual([true, true, true, false]);
  await derive(db, c, d);
  // What was taken apart before comes along into another case; what made it does not.
  await upload(db, b, later);
  expect(await Promise.all(chain.map((object) => sees(eve, object)))).toEqual([false, true, true, true]);
});

test('a circle of derivations ends', async () => {
  const [a, b] = [newObject(), newObject()];
  const [idA, idB] = [await store(db, a), await store(db, b)];
  await derive(db, idA, idB);
  await derive(db, idB, idA);
  await upload(db, idB, await newCase());
  expect([await sees(ada, a), await sees(ada, b)]).toEqual([true, true]);
});

test.each(['upload', 'derivation'])(
  'an upload and a derivation at the same time, the %s first, leave nothing out of the case',
  async (first) => {
    const caseId = await newCase();
    const [parent, child] = [newObject(), newObject()];
    const [parentId, childId] = [await store(db, parent), await store(db, child)];
    const acts = [(tx: Db) => upload(tx, parentId, caseId), (tx: Db) => derive(tx, parentId, childId)];
    if (first === 'derivation') acts.reverse();
    const done = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const one = db.transaction(async (tx) => {
      await acts[0]?.(tx);
      done.resolve();
      await goOn.promise;
    });
    await done.promise;
    const other = db.transaction(async (tx) => acts[1]?.(tx));
    // The second is at the lock, or past where it would have missed the first.
    await expect
      .poll(async () => [
        ...(await db.execute(
          sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        )),
      ])
      .toHaveLength(1);
    goOn.resolve();
    await Promise.all([one, other]);
    expect(await sees(ada, child)).toBe(true);
  },
);

test('readers and an archived case get no run, and a run stays in its case', async () => {
  const caseId = await newCase();
  await insertMember(db, { caseId, userId: eve.id, role: 'reader', addedBy: ada.id });
  const run = { id: crypto.randomUUID(), caseId };
  expect(await ensureRuns(db, eve, [run])).toEqual(new Map());
  expect(await ensureRuns(db, ada, [run])).toEqual(new Map([[run.id, { priority: 'normal', isNew: true }]]));
  expect(await ensureRuns(db, ada, [run])).toEqual(new Map([[run.id, { priority: 'normal', isNew: false }]]));
  expect(await ensureRuns(db, ada, [{ ...run, caseId: await newCase() }])).toEqual(new Map());
  await db.execute(sql`update case_members set role = 'contributor' where case_id = ${caseId} and user_id = 'eve'`);
  expect(await ensureRuns(db, eve, [run])).toEqual(new Map());
  await db.execute(sql`update cases set archived_at = now() where id = ${caseId}`);
  expect(await ensureRuns(db, ada, [run])).toEqual(new Map());
});

test('on legal hold nothing of a case can be deleted', async () => {
  const caseId = await newCase();
  await upload(db, await store(db, newObject()), caseId);
  await db.execute(sql`update cases set held_at = now() where id = ${caseId}`);
  for (const table of ['uploads', 'case_objects'])
    await expect(db.execute(sql`delete from ${sql.identifier(table)} where case_id = ${caseId}`)).rejects.toMatchObject(
      {
        cause: { message: expect.stringContaining('on legal hold') },
      },
    );
  await db.execute(sql`update cases set held_at = null where id = ${caseId}`);
  await db.execute(sql`delete from uploads where case_id = ${caseId}`);
});

test('what an older version has goes into the private cases of who brought it in', async () => {
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`;
  const server = connect(inject('postgresUrl'), { max: 1 });
  await server`create database ${server(name)}`;
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${name}`;
  const older = await mkdtemp(join(tmpdir(), 'assay-migrations-'));
  const client = connect(url.href, { max: 1 });
  try {
    await cp(fileURLToPath(new URL('../../migrations', import.meta.url)), older, { recursive: true });
    const journal = join(older, 'meta/_journal.json');
    const { entries, ...rest } = JSON.parse(await readFile(journal, 'utf8')) as { entries: { tag: string }[] };
    const before = entries.slice(
      0,
      entries.findIndex(({ tag }) => tag.endsWith('_cases')),
    );
    await writeFile(journal, JSON.stringify({ ...rest, entries: before }));
    await migrate(drizzle(client), { migrationsFolder: older });
    await addPeople(drizzle(client) as unknown as Db);
    await client.unsafe(`
      insert into objects (sha256, md5, sha1, size, media_type, mime)
        select decode(repeat(n, 32), 'hex'), '', '', 1, 'text', 'text/plain' from unnest('{aa,bb,cc}'::text[]) n;
      insert into models (name, version, manifest) values ('cutter', '1.0.0', '{}');
      insert into runs (id, asked_by) values ('${crypto.randomUUID()}', 'ada'), ('${crypto.randomUUID()}', 'eve');
      insert into uploads (id, object_id, run_id, uploaded_by, file_name, position, uploaded_at)
        select gen_random_uuid(), objects.id, runs.id, asked_by, 'a.txt', 0, '2020-01-01Z' from objects, runs
        where sha256 = decode(repeat(case asked_by when 'ada' then 'aa' else 'cc' end, 32), 'hex');
      insert into uploads (id, object_id, run_id, uploaded_by, file_name, position, uploaded_at)
        select gen_random_uuid(), 1, id, 'eve', 'b.txt', 1, '2999-01-01Z' from runs where asked_by = 'eve';
      insert into predictions (id, object_id, model_id) select gen_random_uuid(), min(objects.id), min(models.id) from objects, models;
      insert into derivations (prediction_id, position, parent_id, child_id)
        select id, 0, object_id, object_id + 1 from predictions;`);
    await migrateDatabase(url.href);
    const rows = await client.unsafe(`
      select private_of, encode(substr(sha256, 1, 1), 'hex') as sha, co.added_at < '2021-01-01' as since_upload, co.place::int, name, m.role
      from case_objects co join cases c on c.id = co.case_id join objects o on o.id = co.object_id
      join case_members m on m.case_id = c.id and m.user_id = c.private_of order by 1, 2`);
    const own = { name: 'Private', role: 'manager' };
    expect([...rows]).toEqual([
      { ...own, private_of: 'ada', sha: 'aa', since_upload: true, place: 1 },
      { ...own, private_of: 'ada', sha: 'bb', since_upload: false, place: 2 },
      // It came when all three were there.
      { ...own, private_of: 'eve', sha: 'aa', since_upload: false, place: 3 },
      { ...own, private_of: 'eve', sha: 'bb', since_upload: false, place: 2 },
      { ...own, private_of: 'eve', sha: 'cc', since_upload: true, place: 3 },
    ]);
    expect([
      ...(await client`select from uploads u join cases c on c.id = u.case_id and c.private_of = u.uploaded_by`),
    ]).toHaveLength(3);
  } finally {
    await client.end();
    await server`drop database ${server(name)} with (force)`;
    await server.end();
    await rm(older, { recursive: true, force: true });
  }
});
