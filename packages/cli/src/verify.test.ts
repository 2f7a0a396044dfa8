import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  claimPredictions,
  type Db,
  finishPredictions,
  insertObjects,
  insertWorker,
  Line,
  openDatabase,
  openQueue,
  readOrMakeCheckpointKey,
  recordActs,
  requestPredictions,
  retryPredictions,
  Sealer,
  startSealing,
  upsertModel,
} from '@assay/db';
import { createTestDatabase } from '@assay/db/testing';
import { manifestSchema, type ObjectHash } from '@assay/shared';
import { openStore } from '@assay/storage';
import { expect, onTestFinished, test, vi } from 'vitest';
import { makeTestFolder } from './testing.ts';
import { exportTrail } from './verify/export-trail.ts';
import { verify } from './verify.ts';

const text = 'The bytes of an object.';
const sha256 = createHash('sha256').update(text).digest('hex') as ObjectHash;
const person = { id: 'u1', username: 'ada', from: { address: '10.0.0.1', agent: 'a "test"\u2028' } };
const answer = {
  classes: ['n'],
  result: { n: 1.5, words: ['é', '"'] },
  annotations: [
    { label: 'face', score: 0.97, box: { x: 0.1, y: 0.2, width: 0.3, height: 1 / 3 } },
    { label: 'talk', time: { start: 0.1, end: 2 }, text: 'x' },
  ],
};

/** An installation with one object, a prediction that succeeded, a few acts, all sealed, and a checkpoint. */
async function makeHouse() {
  const folder = await makeTestFolder();
  const database = await createTestDatabase();
  const opened = openDatabase(database.url);
  const { db } = opened;
  const queue = await openQueue(database.url, opened, () => {});
  onTestFinished(async () => {
    await queue.close();
    await opened.close();
    await database.drop();
  });
  const objects = join(folder, 'objects');
  const store = await openStore(pathToFileURL(objects).href);
  await writeFile(join(folder, 'a.txt'), text);
  await store.put(join(folder, 'a.txt'), sha256);
  await store.close();

  const facts = { sha256, md5: 'a'.repeat(32), sha1: 'b'.repeat(40), size: text.length, encoding: 'utf-8' };
  const stored = await insertObjects(db, null, [{ ...facts, mediaType: 'text', mime: 'text/plain' }]);
  const objectId = stored.get(sha256)?.id ?? 0;
  const manifest = manifestSchema.parse({ protocol: 'assay/1', name: 'names', version: '1.0.0', accepts: ['text'] });
  const modelId = await upsertModel(db, manifest);
  await queue.ensure(modelId);
  const workerId = randomUUID();
  await insertWorker(db, { id: workerId, host: 'a-worker', pid: 1 });
  const requested = await requestPredictions(db, [{ objectId, modelId }]);
  await queue.send(db, modelId, requested);
  const id = requested[0]?.id ?? '';
  const claim = async () => {
    const [claimed] = await claimPredictions(db, queue, { modelId, workerId, most: 1 });
    if (!claimed) throw new Error('nothing waits');
    return claimed;
  };
  // Failed, tried again, and then it succeeds.
  await finishPredictions(db, queue, workerId, [{ ...(await claim()), kind: 'failed', reason: 'no', fault: 'object' }]);
  const sender = { ...queue, move: async () => {}, sendObjects: async () => {}, check: async () => {} };
  const by = { id: 'u1', username: 'ada' };
  await retryPredictions(db, { sender, line: new Line() }, { scope: { predictionId: id }, states: ['failed'], by });
  await finishPredictions(db, queue, workerId, [{ ...(await claim()), kind: 'succeeded', answer }]);
  await recordActs(db, [
    { by: person, act: 'view', subject: { kind: 'object', id: sha256 } },
    { by: person, act: 'download', subject: { kind: 'object', id: sha256 }, details: { fileName: 'é "x".txt' } },
    { by: person, act: 'sign_out' },
  ]);

  const checkpointDir = join(folder, 'checkpoints');
  const key = await readOrMakeCheckpointKey(join(folder, 'audit-key.pem'));
  const onError = (error: unknown) => {
    throw error;
  };
  const sealing = await startSealing(db, { key, checkpointDir, checkpointSeconds: 600, onError });
  await sealing.close();

  const env = {
    DATABASE_URL: database.url,
    ASSAY_DATA_DIR: folder,
    ASSAY_STORAGE_URL: pathToFileURL(objects).href,
    ASSAY_BUNDLED_MODELS: 'none',
  };
  const listen = async (act: () => Promise<unknown>) => {
    let said = '';
    const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      said += chunk;
      return true;
    });
    try {
      return { code: await act(), said };
    } finally {
      spy.mockRestore();
    }
  };
  const check = async (options: Parameters<typeof verify>[0] = {}) => {
    let code: unknown;
    const { said } = await listen(async () => {
      code = await verify(options, env);
    });
    return { code, said };
  };
  return { db, env, folder, checkpointDir, key, id, check, listen, object: join(objects, sha256.slice(0, 2), sha256) };
}

/** As somebody does who may do anything in the database. */
const tamper = (db: Db, ...statements: string[]) =>
  db.transaction(async (tx) => {
    await tx.execute('set local session_replication_role = replica');
    for (const statement of statements) await tx.execute(statement);
  });

test('what is as it was passes', async () => {
  const { check, key, db } = await makeHouse();
  const { code, said } = await check();
  expect(said).toMatch(/^All is as it was: 6 records, 2 checkpoints, 2 results, 1 object \(23 B\) checked\.\n$/);
  expect(code).toBe(0);
  const lines = (await check({ json: true, publicKey: [key.publicKey] })).said.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { summary: { records: 6, checkpoints: 2, results: 2, objects: 1, bytes: 23, wrong: 0, notes: [] } },
  ]);
  const acts = await db.execute("select details from audit_records where act = 'verify' order by id");
  expect(acts).toHaveLength(2);
  expect(acts[0]).toMatchObject({
    details: { parts: ['chain', 'results', 'objects'], objects: 1, wrong: 0, ended: true, host: expect.any(String) },
  });
});

test('one byte of an object that was altered, and an object that is gone', async () => {
  const { check, object, db } = await makeHouse();
  const bytes = await readFile(object);
  bytes[3] = (bytes[3] ?? 0) ^ 1;
  const { chmod, rm } = await import('node:fs/promises');
  await chmod(object, 0o600);
  await writeFile(object, bytes);
  const altered = await check();
  expect(altered.code).toBe(1);
  expect(altered.said).toMatch(new RegExp(`^${sha256} was altered: its bytes hash to [0-9a-f]{64}\n1 thing wrong`));
  await rm(object);
  expect((await check({ only: ['objects'] })).said).toMatch(`${sha256} is not in the store any more`);
  await tamper(db, 'select 1');
});

test('an object whose deletion is on the trail may be gone; one that somebody only marked so may not', async () => {
  const { check, object, db } = await makeHouse();
  const { rm } = await import('node:fs/promises');
  await rm(object);
  await db.execute('update objects set released_at = now()');
  expect((await check({ only: ['objects'] })).said).toMatch(`${sha256} is not in the store any more`);
  await recordActs(db, [{ by: person, act: 'delete', subject: { kind: 'object', id: sha256 } }]);
  expect((await check({ only: ['objects'] })).code).toBe(0);
});

test('a record that was altered is named, and only that', async () => {
  const { check, db } = await makeHouse();
  await tamper(db, "update audit_records set username = 'mallory' where act = 'view'");
  const { code, said } = await check();
  expect(code).toBe(1);
  expect(said).toMatch(
    /^record \d+ was altered \(view of mallory at .*, place 4\): its hash is another\n1 thing wrong/,
  );
});

test('a record that was removed, and one with its place', async () => {
  const { check, db } = await makeHouse();
  await tamper(db, "delete from audit_records where act = 'view'");
  const removed = await check();
  expect(removed.code).toBe(1);
  expect(removed.said).toMatch(/^record \d+ is gone; it had place 4 in the chain\n1 thing wrong/);
  await tamper(db, 'delete from audit_seals where place = 4');
  expect((await check()).said).toMatch(/^place 4 of the chain: gone, with what was there\n1 thing wrong/);
});

test.each([
  ['result', `update predictions set result = '{"n":2,"words":["é","\\""]}'`],
  ['annotation', 'update annotations set score = 0.1 where position = 0'],
  ['version of its model', "update models set version = '1.0.1'"],
  ['digest’s place', 'update predictions set audit_record_id = null'],
])('a prediction of which the %s was altered', async (_, statement) => {
  const { check, db, id } = await makeHouse();
  await tamper(db, statement);
  const { code, said } = await check();
  expect(code).toBe(1);
  expect(said).toContain(`prediction ${id} was altered since it succeeded`);
});

test('a prediction that was removed', async () => {
  const { check, db, id } = await makeHouse();
  await tamper(db, 'delete from predictions');
  const { code, said } = await check();
  expect(code).toBe(1);
  expect(said).toContain(`prediction ${id} is gone`);
});

test('an end that was cut off, by a checkpoint that was kept', async () => {
  const { check, db } = await makeHouse();
  await tamper(
    db,
    'delete from audit_records where id in (select record_id from audit_seals where place > 4)',
    'delete from audit_seals where place > 4',
    'delete from audit_checkpoints',
  );
  const { code, said } = await check();
  expect(code).toBe(1);
  expect(said).toMatch(/it ends at 4 now: places 5 to 6 are gone/);
});

test('a chain that was made anew, by a checkpoint that was kept', async () => {
  const { check, db } = await makeHouse();
  await tamper(
    db,
    "update audit_records set username = 'mallory' where act = 'view'",
    'delete from audit_seals',
    'delete from audit_checkpoints',
  );
  await new Sealer(db).seal();
  const { code, said } = await check();
  expect(code).toBe(1);
  expect(said).toMatch(/is not of this chain: what was at place 6 .* was made anew/);
});

test('a checkpoint that was altered, and one that somebody else signed', async () => {
  const { check, checkpointDir, folder } = await makeHouse();
  const file = join(checkpointDir, 'checkpoint-000000000006.json');
  const kept = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...kept, place: 5 }));
  expect((await check()).said).toMatch(/checkpoint of place 5 .*was altered: its signature is not right/);
  await writeFile(file, JSON.stringify(kept));
  const other = await readOrMakeCheckpointKey(join(folder, 'other.pem'));
  expect((await check({ publicKey: [other.publicKey] })).said).toMatch(/which is none of the keys that count/);
});

test('an export is checked without the database', async () => {
  const { env, listen, folder, checkpointDir } = await makeHouse();
  const { said: lines } = await listen(() => exportTrail(env));
  const file = join(folder, 'trail.jsonl');
  const alone = { ASSAY_DATA_DIR: join(folder, 'elsewhere'), ASSAY_BUNDLED_MODELS: 'none' };
  await mkdir(alone.ASSAY_DATA_DIR);
  const check = async (content: string) => {
    await writeFile(file, content);
    let code: unknown;
    const { said } = await listen(async () => {
      code = await verify({ records: file, checkpoints: checkpointDir }, alone);
    });
    return { code, said };
  };
  expect(await check(lines)).toMatchObject({ code: 0, said: expect.stringContaining('Nobody vouches for') });
  expect(await check(lines.replace('10.0.0.1', '10.0.0.2'))).toMatchObject({ code: 1 });
  expect(await check(lines.trim().split('\n').slice(0, -1).join('\n'))).toMatchObject({ code: 1 });
});

test('an interrupted check goes on where it was, with what it had found', async () => {
  const { check, env, object, db } = await makeHouse();
  const facts = {
    md5: 'c'.repeat(32),
    sha1: 'd'.repeat(40),
    size: 1,
    mediaType: 'text',
    mime: 'x',
    encoding: null,
  } as const;
  await insertObjects(db, null, [{ ...facts, sha256: 'e'.repeat(64) as ObjectHash }]);
  const findings = [{ kind: 'object', name: sha256, message: 'was altered' }];
  await writeFile(
    join(env.ASSAY_DATA_DIR, 'verify.json'),
    JSON.stringify({ after: 1, objects: 1, bytes: 23, findings }),
  );
  // The first is not looked at again.
  await (await import('node:fs/promises')).rm(object);
  const { code, said } = await check({ only: ['objects'], resume: true, rate: '1MB' });
  expect(code).toBe(1);
  expect(said).toBe(
    `${sha256} was altered\n${'e'.repeat(64)} is not in the store any more\n2 things wrong: 0 records, 0 checkpoints, 0 results, 2 objects (23 B) checked.\n`,
  );
});

test('a record of a transaction that commits late has its place after later ones, and none is lost', async () => {
  const { db, check } = await makeHouse();
  const sealer = new Sealer(db);
  await sealer.seal();
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const { promise: written, resolve: wrote } = Promise.withResolvers<void>();
  const late = db.transaction(async (tx) => {
    await recordActs(tx, [{ by: person, act: 'upload' }]);
    wrote();
    await held;
  });
  await written;
  await recordActs(db, [{ by: person, act: 'cancel' }]);
  expect((await sealer.seal()).records).toBe(1);
  expect((await sealer.seal()).records).toBe(0);
  release();
  await late;
  expect((await sealer.seal()).records).toBe(1);
  // Two that seal at once do not both.
  await recordActs(db, [
    { by: person, act: 'retry' },
    { by: null, act: 'results', details: {} },
  ]);
  const both = await Promise.all([sealer.seal(), new Sealer(db).seal()]);
  expect(both.map(({ records }) => records).sort()).toEqual([0, 2]);
  expect((await check({ only: ['chain'] })).code).toBe(0);
});

test('options that can’t be meant are told', async () => {
  const { check } = await makeHouse();
  expect((await check({ only: ['everything'] })).code).toBe(2);
  expect((await check({ only: ['objects'], rate: 'fast' })).code).toBe(2);
});
