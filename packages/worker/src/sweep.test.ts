import { hash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Database, insertObjects, openDatabase } from '@assay/db';
import { createTestDatabase, type TestDatabase } from '@assay/db/testing';
import { defaultLimits, objectHashSchema } from '@assay/shared';
import { type ObjectStore, openStore } from '@assay/storage';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startWorker } from './main.ts';
import { sweepStore } from './sweep.ts';

let place: TestDatabase;
let database: Database;
let folder: string;
let store: ObjectStore;

beforeEach(async () => {
  place = await createTestDatabase();
  database = openDatabase(place.url, { connections: 2 });
  folder = await mkdtemp(join(tmpdir(), 'assay-test-sweep-'));
  store = await openStore(pathToFileURL(folder).href);
});
afterEach(async () => {
  vi.useRealTimers();
  await database.close();
  await place.drop();
  await rm(folder, { recursive: true });
});

const config = () => ({
  databaseUrl: place.url,
  storageUrl: pathToFileURL(folder).href,
  incoming: store.incoming,
  modelUrls: [],
  modelHosts: [],
  limits: defaultLimits,
  logLevel: 'silent',
});

async function keep(text: string) {
  const path = join(store.incoming, 'one');
  const sha256 = objectHashSchema.parse(hash('sha256', text));
  await writeFile(path, text);
  await store.put(path, sha256);
  await rm(path);
  return sha256;
}

/** What the sweep logs when the clock shows so many hours more than now. */
async function sweepAfter(hours: number) {
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hours * 3_600_000 });
  await sweepStore({ config: config(), db: database.db, log }, new AbortController().signal);
  vi.useRealTimers();
  return lines.map((line) => JSON.parse(line) as unknown);
}

test('bytes that no object has go after two days, and the counts are logged', async () => {
  const named = await keep('named');
  const orphan = await keep('orphan');
  const facts = { sha256: named, md5: hash('md5', 'named'), sha1: hash('sha1', 'named'), size: 5 };
  const type = { mediaType: 'text', mime: 'text/plain', encoding: 'utf-8' } as const;
  await insertObjects(database.db, { id: 'ada' }, [{ ...facts, ...type }]);

  expect(await sweepAfter(47)).toMatchObject([{ msg: 'store swept', looked: 0, removed: 0, aborted: 0 }]);
  expect([await store.has(named), await store.has(orphan)]).toEqual([true, true]);
  expect(await sweepAfter(49)).toMatchObject([{ msg: 'store swept', looked: 2, removed: 1, aborted: 0 }]);
  expect([await store.has(named), await store.has(orphan)]).toEqual([true, false]);
});

test('a worker sees to it that the sweep runs', async () => {
  const worker = await startWorker(config());
  const rows = await database.db.execute('select name from pgboss.schedule order by name');
  expect([...rows]).toEqual([{ name: 'retention' }, { name: 'sweep' }]);
  await worker.close();
});
