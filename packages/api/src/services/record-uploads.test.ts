import { createHash, randomUUID } from 'node:crypto';
import { type Db, openDatabase } from '@assay/db';
import { objectHashSchema } from '@assay/shared';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing.ts';

let api: TestApi;
let auth: { authorization: string };

beforeAll(async () => {
  api = await startTestApi();
  auth = await api.signIn();
  await api.addModels({ cutter: ['text'] }, '1.0.0', { cutter: ['text'] });
});
afterAll(() => api.close());

const [parent, child, news] = ['A text.', 'Half a text.', 'Another text.'];
const hashOf = (name: string, text: string) => createHash(name).update(text).digest('hex');
const byHash = (text: string) => sql`(select id from objects where sha256 = decode(${hashOf('sha256', text)}, 'hex'))`;

function upload(fields: Record<string, string>, texts: string[]) {
  const body = new FormData();
  for (const [name, value] of Object.entries({ models: 'cutter', ...fields })) body.append(name, value);
  for (const text of texts) body.append('objects', new Blob([text]), 'a.txt');
  return fetch(`${api.url}/model/predict`, { method: 'POST', headers: auth, body });
}

/** A transaction that goes on as it is told, and leaves nothing. */
function begin(db: Db) {
  const begun = Promise.withResolvers<Db>();
  const end = Promise.withResolvers<void>();
  const ended = db
    .transaction(async (tx) => {
      begun.resolve(tx);
      await end.promise;
      tx.rollback();
    })
    .catch(() => {}); // it is rolled back
  const rollBack = () => {
    end.resolve();
    return ended;
  };
  return begun.promise.then((tx) => ({ tx, rollBack }));
}

const expectWaiting = (db: Db, many: number) =>
  expect
    .poll(async () => {
      const waiting = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      return [...(await db.execute(waiting))].length;
    })
    .toBe(many);

test('an upload of a parent whose transaction is ended, because another brings in the child, is recorded after all', async () => {
  expect((await upload({}, [parent])).status).toBe(202);
  const [claimed] = await api.claim('cutter');
  if (!claimed) throw new Error('Nothing waits');
  const facts = {
    ...{
      sha256: objectHashSchema.parse(hashOf('sha256', child)),
      md5: hashOf('md5', child),
      sha1: hashOf('sha1', child),
    },
    ...{ size: child.length, mediaType: 'text' as const, mime: 'text/plain', encoding: 'utf-8' },
  };
  const bytes = Buffer.from(child);
  await api.emit(claimed, { classes: [], result: {}, annotations: [] }, [{ bytes, facts }]);
  const { id: caseId } = await api.mutate<{ id: string }>('cases.create', auth, { name: 'Harbour' });
  const { db, close } = openDatabase(api.databaseUrl, { connections: 3 });
  try {
    const run = randomUUID();
    // The first holds up the upload once it has its run, and before it comes to its case.
    const first = await begin(db);
    await first.tx.execute(sql`insert into objects (sha256, md5, sha1, size, media_type, mime)
      values (decode(${hashOf('sha256', news)}, 'hex'), '', '', 1, 'text', 'text/plain')`);
    const uploaded = upload({ run, case: caseId }, [parent, news]);
    await expectWaiting(db, 1);
    // The other brings the child into the case, and waits for the run: it is the upload that has to give way.
    const other = await begin(db);
    await other.tx.execute(sql`set local deadlock_timeout = '1h'`);
    await other.tx.execute(
      sql`insert into case_objects (object_id, case_id, place) values (${byHash(child)}, ${caseId}, ${byHash(child)})`,
    );
    const [person] = await db.execute<{ id: string }>(sql`select id from "user" where username = 'ada'`);
    const taken = other.tx
      .execute(sql`insert into runs (id, asked_by, case_id) values (${run}, ${person?.id}, ${caseId}) returning id`)
      .then((rows) => [...rows]);
    await expectWaiting(db, 2);
    await first.rollBack();
    // Which it could not, had the upload gone on.
    expect(await taken).toEqual([{ id: run }]);
    await other.rollBack();
    expect((await uploaded).status).toBe(202);
    const within = sql`select 1 from case_objects where case_id = ${caseId}
      and object_id in (${byHash(parent)}, ${byHash(child)}, ${byHash(news)})`;
    expect([...(await db.execute(within))]).toHaveLength(3);
  } finally {
    await close();
  }
});
