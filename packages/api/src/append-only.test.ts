import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let id: string;

beforeAll(async () => {
  api = await startTestApi();
  await api.addModels({ names: ['text'] });
  const form = new FormData();
  form.append('models', 'names');
  form.append('objects', new Blob(['A text.']), 'a.txt');
  await fetch(`${api.url}/model/predict`, { method: 'POST', headers: await api.signIn(), body: form });
  const [claimed] = await api.claim('names');
  if (!claimed) throw new Error('nothing waits');
  id = claimed.id;
  const answer = { classes: ['n'], result: { n: 1 }, annotations: [{ label: 'face', score: 0.5 }] };
  expect((await api.finish([{ ...claimed, kind: 'succeeded', answer }])).size).toBe(1);
  await api.db.execute(sql`insert into audit_seals (place, record_id, form, hash) values (1, 1, 1, '\\x00')`);
  await api.db.execute(
    sql`insert into audit_checkpoints (place, hash, at, public_key, signature) values (1, '\\x00', '', '', '')`,
  );
});
afterAll(() => api.close());

test.each([
  'update audit_records set username = null',
  "update audit_records set username = 'mallory' where id = 1",
  'delete from audit_records',
  'truncate audit_records',
  'update audit_objects set record_id = 2',
  'delete from audit_objects',
  'truncate audit_objects',
  'update audit_seals set place = 2',
  'delete from audit_seals',
  'truncate audit_seals',
  'update audit_checkpoints set place = 2',
  'delete from audit_checkpoints',
  'truncate audit_checkpoints',
  `update predictions set result = '{"n": 2}'`,
  "update predictions set state = 'queued'",
  'update predictions set audit_record_id = null',
  'update predictions set model_id = model_id + 1',
  'delete from predictions',
  'truncate predictions cascade',
  'update labels set number = 2',
  'delete from labels',
  'truncate labels',
  "update annotations set label = 'x'",
  'delete from annotations',
  'truncate annotations',
  "update models set version = '9.9.9'",
])('the database refuses: %s', async (statement) => {
  const refused = await api.db.execute(sql.raw(statement)).then(
    () => undefined,
    (error: Error) => error.cause as { code: string },
  );
  expect(refused?.code).toBe('23001');
});

test('what came of a prediction is put down with its digest, in the same statement', async () => {
  const [row] = await api.db.execute<{ details: unknown }>(sql`
    select r.details from predictions p join audit_records r on r.id = p.audit_record_id where p.id = ${id}`);
  expect(row?.details).toEqual({ succeeded: { [id]: expect.stringMatching(/^[0-9a-f]{64}$/) } });
});
