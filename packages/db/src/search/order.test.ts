import { hash } from 'node:crypto';
import {
  allOf,
  manifestSchema,
  type ObjectFacts,
  type ObjectHash,
  objectHashSchema,
  parseSearch,
  type SearchSort,
} from '@assay/shared';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, type Db, openDatabase } from '../client.ts';
import { insertCase, insertMember } from '../queries/cases.ts';
import { insertDerivations } from '../queries/derivations.ts';
import { upsertModel } from '../queries/models.ts';
import { findInLists, insertObjects, lockParent } from '../queries/objects.ts';
import { requestPredictions } from '../queries/request-predictions.ts';
import { ensureRuns, insertUploads } from '../queries/runs.ts';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import { allTests, listConditions } from './conditions.ts';
import { readContext } from './context.ts';
import { listWays, type Place, seededWay, selectPage } from './order.ts';
import { searchObjects } from './page.ts';
import { beginWith } from './plan.ts';

/* Ada must not learn from the order of her lists what Eve had before. */
const [ada, eve] = [{ id: 'ada' }, { id: 'eve' }];

let place: TestDatabase;
let database: Database;
let db: Db;
let modelId: number;

beforeAll(async () => {
  place = await createTestDatabase();
  database = openDatabase(place.url, { connections: 2 });
  db = database.db;
  await db.execute(sql`insert into "user" (id, name, email, username) values
    ('ada', 'Ada', 'ada@assay.invalid', 'ada'), ('eve', 'Eve', 'eve@assay.invalid', 'eve')`);
  const manifest = { protocol: 'assay/1', name: 'cutter', version: '1.0.0', accepts: ['text'], emits: ['text'] };
  modelId = await upsertModel(db, manifestSchema.parse(manifest));
});
afterAll(async () => {
  await database.close();
  await place.drop();
});

/** By hash, which is the order of what comes together. All are of one size. */
function makeObjects(name: string, many: number): ObjectFacts[] {
  const objects = Array.from({ length: many }, (_, n): ObjectFacts => {
    const [sha256, md5 = '', sha1 = ''] = ['sha256', 'md5', 'sha1'].map((kind) => hash(kind, `${name} ${n}`));
    const type = { mediaType: 'text', mime: 'text/plain', encoding: 'utf-8' } as const;
    return { sha256: objectHashSchema.parse(sha256), md5, sha1, size: 7, ...type };
  });
  return objects.sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
}

const newCase = (by: { id: string }) => db.transaction((tx) => insertCase(tx, { name: 'Harbour', by: by.id }));

/** One request. */
const upload = (by: { id: string }, caseId: string, facts: ObjectFacts[]) =>
  db.transaction(async (tx) => {
    const runId = crypto.randomUUID();
    await ensureRuns(tx, by, [{ id: runId, caseId }]);
    const rows = await insertObjects(tx, by, facts);
    const uploads = [...rows.values()].map(({ id, place }, position) => {
      const own = { id: crypto.randomUUID(), objectId: id, place, runId, caseId };
      return { ...own, uploadedBy: by.id, fileName: 'same.txt', position };
    });
    await insertUploads(tx, uploads);
  });

/** What a search within the case finds, page by page, each going on behind what a cursor can say of the last object. */
async function listPaged(by: { id: string }, caseId: string, sort: SearchSort, query = ''): Promise<ObjectHash[]> {
  const parsed = parseSearch(`case = ${caseId} ${query}`);
  if (!parsed.ok) throw new Error(parsed.fault.message);
  const found: ObjectHash[] = [];
  for (let after: Place | undefined; ; ) {
    const page = await searchObjects(db, by, { query: parsed.query, timeZone: 'UTC', sort, limit: 3, after });
    found.push(...page.map(({ sha256 }) => sha256));
    const last = page.at(-1);
    if (!last) return found;
    const where = await findInLists(db, by, last.sha256);
    if (!where) throw new Error('What is listed stands nowhere');
    after = { id: where.id, key: sort.by === 'uploaded' ? where.place : last.key };
  }
}

const hashesOf = (objects: ObjectFacts[]) => objects.map(({ sha256 }) => sha256);
const byUpload = (descending: boolean): SearchSort => ({ by: 'uploaded', descending });

test('what others had before stands in lists by upload where it would stand if it were new', async () => {
  const objects = makeObjects('requests', 12);
  // The last first, and every second of each request that Ada will make.
  const before = objects.filter((_, n) => n % 2 === 0).reverse();
  const hidden = await newCase(eve);
  for (const each of before) await upload(eve, hidden, [each]);
  const own = await newCase(ada);
  for (const from of [9, 0, 6, 3]) await upload(ada, own, objects.slice(from, from + 3));
  const expected = [9, 0, 6, 3].flatMap((from) => hashesOf(objects.slice(from, from + 3)));
  for (const query of ['', 'uploader = ada', 'type = text']) {
    expect(await listPaged(ada, own, byUpload(false), query)).toEqual(expected);
    expect(await listPaged(ada, own, byUpload(true), query)).toEqual(expected.toReversed());
  }
  expect(await listPaged(eve, hidden, byUpload(false))).toEqual(hashesOf(before));

  // The same by either way of answering, whichever is chosen.
  const context = await readContext(db, ada, { query: allOf([]), timeZone: 'UTC' });
  const tests = allTests(listConditions(allOf([]), context).map(({ test }) => ({ test })));
  for (const seeds of [[], [sql`select id from objects`]])
    for (const descending of [true, false]) {
      const order = byUpload(descending);
      const ways = seeds.length > 0 ? [seededWay(order, context)] : listWays(order, context);
      const page = selectPage(ways, order, tests, { limit: 100 });
      const rows = await db.execute<{ sha256: string }>(sql`${beginWith(seeds)}
        select encode(o.sha256, 'hex') as sha256 from (${page}) page join objects o on o.id = page.id
        order by page.key ${sql.raw(descending ? 'desc' : 'asc')}`);
      expect(rows.map(({ sha256 }) => sha256)).toEqual(descending ? expected.toReversed() : expected);
    }
});

test('who sees an object in several cases has it once, where it came to them first', async () => {
  const [a, b, c, d] = makeObjects('shared', 4) as [ObjectFacts, ObjectFacts, ObjectFacts, ObjectFacts];
  const [theirs, first, second] = [await newCase(eve), await newCase(ada), await newCase(ada)];
  await upload(eve, theirs, [d]);
  await upload(eve, theirs, [b]);
  await upload(ada, first, [a]);
  await upload(ada, first, [b]);
  await upload(ada, first, [c]);
  await upload(ada, second, [c]);
  await upload(ada, second, [d]);
  await upload(ada, second, [b]);
  await upload(ada, second, [a]);
  expect(await listPaged(ada, second, byUpload(false))).toEqual(hashesOf([a, b, c, d]));
  // Who comes to see the other case sees when it came there.
  await insertMember(db, { caseId: theirs, userId: ada.id, role: 'reader', addedBy: eve.id });
  expect(await listPaged(ada, second, byUpload(true))).toEqual(hashesOf([c, a, b, d]));
});

test('what a model makes that others had before stands with the rest of its answer, and is no older', async () => {
  const made = makeObjects('made', 6);
  const before = made.filter((_, n) => n % 2 === 1);
  const hidden = await newCase(eve);
  await upload(eve, hidden, before);
  await db.execute(sql`update objects set stored_at = '2001-01-01Z'`);
  const own = await newCase(ada);
  const source = makeObjects('source', 1);
  await upload(ada, own, source);
  await db.transaction(async (tx) => {
    const rows = [...(await insertObjects(tx, null, made)).values()];
    const parentId = (await insertObjects(tx, null, source)).values().next().value?.id ?? 0;
    await lockParent(tx, parentId);
    const [prediction] = await requestPredictions(tx, [{ objectId: parentId, modelId }]);
    const children = rows.map(({ id, place }) => ({ childId: id, place }));
    await insertDerivations(tx, { predictionId: prediction?.id ?? '', parentId }, children);
  });
  const expected = hashesOf([...source, ...made]);
  expect(await listPaged(ada, own, byUpload(false))).toEqual(expected);
  const parsed = parseSearch(`case = ${own}`);
  if (!parsed.ok) throw new Error(parsed.fault.message);
  const list = await searchObjects(db, ada, { query: parsed.query, timeZone: 'UTC', sort: byUpload(true), limit: 10 });
  expect(list).toHaveLength(7);
  for (const { uploadedAt } of list) expect(uploadedAt).not.toContain('2001');
});

test('the order of what is equal does not tell which was here first', async () => {
  const objects = makeObjects('equal', 40);
  const before = objects.filter((_, n) => n % 2 === 0);
  const hidden = await newCase(eve);
  await upload(eve, hidden, before);
  const own = await newCase(ada);
  await upload(ada, own, objects);
  await db.execute(sql`
    with asked as (insert into predictions (id, object_id, model_id)
      select gen_random_uuid(), object_id, ${modelId} from case_objects where case_id = ${own} returning id, object_id)
    insert into labels (prediction_id, object_id, key, number)
    select id, object_id, result_key('class', 'm', 'c'), 1 from asked`);
  const known = new Set(hashesOf(before));
  for (const by of ['size', 'name', { model: 'm', class: 'c' }] as const) {
    const found = await listPaged(ada, own, { by, descending: true });
    expect(found.toSorted()).toEqual(hashesOf(objects));
    // Of all orders one in 10^11 has these twenty together.
    expect(found.slice(0, 20).every((sha256) => known.has(sha256))).toBe(false);
    expect(found.slice(20).every((sha256) => known.has(sha256))).toBe(false);
    expect(await listPaged(ada, own, { by, descending: false })).toEqual(found.toReversed());
  }
});
