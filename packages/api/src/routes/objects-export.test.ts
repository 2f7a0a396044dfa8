import { randomUUID } from 'node:crypto';
import { answerSchema } from '@assay/shared';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing.ts';

let api: TestApi;
let auth: { authorization: string };
let harbour: string;
const formula = '=HYPERLINK("http://elsewhere","a").txt';

beforeAll(async () => {
  api = await startTestApi();
  auth = await api.signIn();
  await api.addModels({ faces: ['text'] });
  ({ id: harbour } = await api.mutate<{ id: string }>('cases.create', auth, { name: 'Harbour' }));
  for (const name of ['plain.txt', formula]) {
    const form = new FormData();
    form.append('models', 'faces');
    form.append('case', harbour);
    form.append('objects', new Blob([`This is ${name}.`]), name);
    await fetch(`${api.url}/model/predict`, { method: 'POST', headers: auth, body: form });
  }
  const result = { n: 1, words: ['a', '=1+1'] };
  const answer = answerSchema.parse({ classes: ['n'], result, annotations: [{ label: 'face' }] });
  await api.finish((await api.claim('faces')).map((each) => ({ ...each, kind: 'succeeded', answer })));
});
afterAll(() => api.close());

const ask = (question: Record<string, string>, headers: Record<string, string> = auth) =>
  fetch(`${api.url}/objects/export?${new URLSearchParams(question)}`, { headers });
const lines = async (question: Record<string, string>) =>
  (await (await ask({ format: 'jsonl', ...question })).text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

test('a search is a file of objects, with what people say of them', async () => {
  const [plain] = await lines({ query: 'name = plain.txt' });
  await api.mutate('judging.giveVerdict', auth, { case: harbour, hash: plain.sha256, verdict: 'relevant' });
  await api.mutate('judging.tag', auth, { case: harbour, hash: plain.sha256, name: 'boat' });
  await api.mutate('judging.addNote', auth, { case: harbour, hash: plain.sha256, text: 'Seen, "twice".' });
  const answer = await ask({ query: 'case = Harbour', sort: 'name' });
  expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="assay-objects-[\d-]{10}\.csv"$/);
  const text = await answer.text();
  const [head, ...rows] = text.replace('\u{FEFF}', '').trimEnd().split('\n');
  expect(head?.split(',').slice(0, 4)).toEqual(['sha256', 'md5', 'sha1', 'size']);
  expect(rows).toHaveLength(2);
  expect(text).toContain(`"'=HYPERLINK(""http://elsewhere"",""a"").txt"`);
  expect(text).toMatch(/relevant \(ada, 20[^)]*Z, Harbour\)",boat,"Seen, ""twice""\. \(ada, /);
  const found = await lines({ query: 'case = Harbour', sort: 'name' });
  expect(found[0]).toMatchObject({ fileNames: [formula], succeeded: 1, verdicts: [], cases: ['Harbour'] });
  expect(found[1]).toMatchObject({
    ...{ fileNames: ['plain.txt'], uploadedBy: ['ada'], tags: ['boat'], size: 18, deleted: false },
    verdicts: [{ case: 'Harbour', verdict: 'relevant', by: 'ada' }],
    notes: [{ case: 'Harbour', text: 'Seen, "twice".', by: 'ada' }],
  });
});

test('or of predictions, a row each', async () => {
  const rows = await lines({ query: 'case = Harbour', of: 'predictions', sort: 'name' });
  expect(rows).toHaveLength(2);
  expect(rows[1]).toMatchObject({
    ...{ fileName: 'plain.txt', model: 'faces', version: '1.0.0', state: 'succeeded', annotations: 1 },
    result: { n: 1, words: ['a', '=1+1'] },
  });
  expect(await (await ask({ query: '', of: 'predictions' })).text()).toContain('{""n"":1,""words"":[""a"",""=1+1""]}');
});

test('what is wrong with the question is said before anything goes out', async () => {
  expect((await ask({ query: 'size > banana' })).status).toBe(400);
  expect((await ask({ query: '', format: 'xls' })).status).toBe(400);
  expect((await ask({ query: '' }, {})).status).toBe(401);
});

test('many pages make one file, each object is on the audit trail, and nobody else’s is in it', async () => {
  await api.db.execute(sql`
    with run as (insert into runs (id, asked_by, case_id) select ${randomUUID()}::uuid, created_by, id from cases
      where id = ${harbour} returning id, asked_by, case_id),
    made as (
      insert into objects (sha256, md5, sha1, size, media_type, mime)
      select sha256(('m' || n)::bytea), decode(md5('m' || n), 'hex'), substring(sha256(('s' || n)::bytea) for 20), n,
        'image', 'image/png' from generate_series(1, 1203) n returning id, size)
    insert into uploads (id, object_id, run_id, case_id, uploaded_by, file_name, position)
    select gen_random_uuid(), made.id, run.id, run.case_id, run.asked_by, 'many-' || made.size, 0 from made, run`);
  const rows = await lines({ query: 'name ~ many', sort: 'size' });
  expect(rows.map(({ size }) => size)).toEqual(Array.from({ length: 1203 }, (_, i) => i + 1));
  const [put] = await api.db.execute<{ n: number }>(sql`
    select count(distinct subject_id)::int as n from audit_records where act = 'export' and subject_kind = 'object'
      and details->>'query' = 'name ~ many'`);
  expect(put?.n).toBe(1203);
  const other = await api.addPerson('investigator');
  expect(await (await ask({ query: '', format: 'jsonl' }, other.headers)).text()).toBe('');
});
