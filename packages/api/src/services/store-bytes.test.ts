import { hash } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { removeUnreferenced } from '@assay/db';
import { objectHashSchema } from '@assay/shared';
import { type ObjectStore, openStore } from '@assay/storage';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing.ts';

let api: TestApi;
let auth: { authorization: string };
let store: ObjectStore;

beforeAll(async () => {
  api = await startTestApi();
  auth = await api.signIn();
  await api.addModels({ any: ['text'] });
  store = await openStore(pathToFileURL(api.store).href);
});
afterAll(() => api.close());

/** Bytes that a crash left in the store, without a row. */
async function leave(text: string) {
  const path = join(store.incoming, 'left');
  const sha256 = objectHashSchema.parse(hash('sha256', text));
  await writeFile(path, text);
  await store.put(path, sha256);
  return sha256;
}

async function upload(...texts: string[]) {
  const form = new FormData();
  form.append('models', 'any');
  for (const text of texts) form.append('objects', new Blob([text]), 'x.txt');
  const answer = await fetch(`${api.url}/model/predict`, { method: 'POST', headers: auth, body: form });
  return { status: answer.status, body: (await answer.json()) as unknown };
}

// Of this database: other test files lock things in theirs.
const waiting = sql`select 1 from pg_locks join pg_database on pg_database.oid = database
  where datname = current_database() and locktype = 'advisory' and not granted`;
const untilUploadWaits = () => expect.poll(() => api.db.execute(waiting)).toHaveLength(1);

test('bytes that are swept between the look for them and their row are stored again', async () => {
  const text = 'left behind, and sent once more';
  const sha256 = await leave(text);
  const other = objectHashSchema.parse(hash('sha256', 'never seen before'));
  let sending: ReturnType<typeof upload> | undefined;
  const removed = await removeUnreferenced(api.db, [sha256], async () => {
    // It finds the bytes, and waits with its row for the sweep.
    sending = upload(text, 'never seen before');
    await untilUploadWaits();
    await store.remove(sha256);
  });
  expect(removed).toBe(1);
  expect(await sending).toMatchObject({
    status: 202,
    body: {
      objects: [
        { sha256, known: false },
        { sha256: other, known: false },
      ],
    },
  });
  expect(String(await buffer(await store.read(sha256)))).toBe(text);
  expect(await store.has(other)).toBe(true);
  // What `leave` left.
  expect(await readdir(store.incoming)).toEqual(['left']);
});

test('bytes that a crash left become an object when they are sent again', async () => {
  const text = 'left behind, and found';
  const sha256 = await leave(text);
  expect(await upload(text)).toMatchObject({ status: 202, body: { objects: [{ sha256, known: false }] } });
  expect(await removeUnreferenced(api.db, [sha256], store.remove.bind(store))).toBe(0);
  expect(await store.has(sha256)).toBe(true);
});

test('a store that fails is told as what it is, nothing is kept, and the same upload goes in later', async () => {
  const text = 'sent in vain';
  const inTheWay = join(api.store, hash('sha256', text).slice(0, 2));
  await rm(inTheWay, { recursive: true, force: true });
  await writeFile(inTheWay, 'a file in the place of a folder');
  const before = await readdir(store.incoming);
  const error = { code: 'store_unavailable', message: expect.stringContaining('try again later') };
  expect(await upload(text)).toMatchObject({ status: 503, body: { error } });
  expect(await readdir(store.incoming)).toEqual(before);
  await rm(inTheWay);
  expect(await upload(text)).toMatchObject({ status: 202, body: { objects: [{ known: false }] } });
});

test('of forms that are recorded together, one whose bytes the store does not take fails alone', async () => {
  const texts = Array.from({ length: 8 }, (_, i) => `one of many: ${i}`);
  const inTheWay = join(api.store, hash('sha256', texts[3] ?? '').slice(0, 2));
  await rm(inTheWay, { recursive: true, force: true });
  await writeFile(inTheWay, 'a file in the place of a folder');
  const answers = await Promise.all(texts.map((text) => upload(text)));
  await rm(inTheWay);
  const unlucky = texts.flatMap((text, i) =>
    join(api.store, hash('sha256', text).slice(0, 2)) === inTheWay ? [i] : [],
  );
  expect(answers.flatMap(({ status }, i) => (status === 503 ? [i] : []))).toEqual(unlucky);
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(texts.length - unlucky.length);
  const rows = await api.db.execute(
    sql`select from objects where sha256 = decode(${hash('sha256', texts[3] ?? '')}, 'hex')`,
  );
  expect(rows).toHaveLength(0);
  expect(await readdir(store.incoming)).toEqual(['left']);
});
