import { hash } from 'node:crypto';
import type { ObjectFacts } from '@assay/shared';
import { manifestSchema, objectHashSchema } from '@assay/shared';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../client.ts';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import { listUploadCases } from './cases.ts';
import { upsertModel } from './models.ts';
import { insertObjects } from './objects.ts';
import { requestPredictions } from './request-predictions.ts';
import { addToRuns, ensureRuns, insertUploads } from './runs.ts';

const ada = { id: 'ada' };
const made = Array.from({ length: 10_000 }, (_, i): ObjectFacts => {
  const [sha256, md5, sha1] = ['sha256', 'md5', 'sha1'].map((name) => hash(name, `object ${i}`));
  const hashes = { sha256: objectHashSchema.parse(sha256), md5: md5 ?? '', sha1: sha1 ?? '' };
  return { ...hashes, size: i, mediaType: 'text', mime: 'text/plain', encoding: 'utf-8' };
});

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

test('the largest request that is allowed, ten thousand files for four models, goes in', async () => {
  const { db } = database;
  const models: number[] = [];
  for (const name of ['one', 'two', 'three', 'four'])
    models.push(
      await upsertModel(db, manifestSchema.parse({ protocol: 'assay/1', name, version: '1.0.0', accepts: ['text'] })),
    );

  await db.transaction(async (tx) => {
    const runId = crypto.randomUUID();
    const [within] = await listUploadCases(tx, ada, undefined);
    const caseId = within?.id ?? '';
    await ensureRuns(tx, ada, [{ id: runId, caseId }]);
    const stored = [...(await insertObjects(tx, ada, made)).values()];
    const upload = { runId, caseId, uploadedBy: ada.id, fileName: 'x.txt' };
    const uploads = stored.map(({ id }, position) => ({ id: crypto.randomUUID(), objectId: id, position, ...upload }));
    await insertUploads(tx, uploads);
    const pairs = stored.flatMap(({ id }) => models.map((modelId) => ({ objectId: id, modelId })));
    const predictions = await requestPredictions(tx, pairs);
    expect(predictions.filter(({ isNew }) => isNew)).toHaveLength(40_000);
    await addToRuns(
      tx,
      predictions.map(({ id }) => ({ runId, predictionId: id })),
    );
  });
  const [rows] = await db.execute(sql`select (select count(*)::int from uploads) as uploads,
    (select count(*)::int from predictions) as predictions, (select count(*)::int from run_predictions) as asked`);
  expect(rows).toEqual({ uploads: 10_000, predictions: 40_000, asked: 40_000 });
}, 60_000);
