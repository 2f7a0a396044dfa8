import { type ChainLink, hashRecord, noHash, Sealer } from '@assay/db';
import type { AuditFilter, ErrorBody } from '@assay/shared';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenedRecord, TrailPage } from './services/audit.ts';
import { startTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let admin: Record<string, string>;
let ann: Awaited<ReturnType<TestApi['addPerson']>>;
let caseId: string;
let sent: { sha256: string; md5: string; run: string };
const evil = '=HYPERLINK("http://elsewhere")';

beforeAll(async () => {
  api = await startTestApi();
  await api.addModels({ names: ['text'] });
  admin = await api.signIn();
  ann = await api.addPerson('investigator');
  ({ id: caseId } = await api.mutate<{ id: string }>('cases.create', ann.headers, { name: evil }));
  sent = await upload('One text.', 'a.txt', caseId);
  await upload('Another text.', '@evil, "quoted"\n.txt');
  await expect(api.mutate('people.disable', ann.headers, { id: ann.id })).rejects.toThrow('403');
});
afterAll(() => api.close());

async function upload(text: string, name: string, into?: string) {
  const form = new FormData();
  form.append('models', 'names');
  if (into) form.append('case', into);
  form.append('objects', new Blob([text]), name);
  const headers = { ...ann.headers, 'user-agent': '=cmd|calc' };
  const answer = await fetch(`${api.url}/model/predict`, { method: 'POST', headers, body: form });
  const { run, objects } = (await answer.json()) as { run: string; objects: [{ sha256: string; md5: string }] };
  return { ...objects[0], run };
}

async function ask<T>(procedure: string, input?: unknown, headers = admin): Promise<T> {
  const query = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`;
  const answer = await fetch(`${api.url}/trpc/${procedure}${query}`, { headers });
  const body = (await answer.json()) as { result: { data: T }; error?: { message: string } };
  if (!answer.ok) throw new Error(`${answer.status} ${body.error?.message}`);
  return body.result.data;
}
const list = async (filter: AuditFilter, rest: object = {}) => ask<TrailPage>('audit.list', { filter, ...rest });
const actsOf = async (filter: AuditFilter) => (await list(filter)).records.map(({ act }) => act);

test('the trail is filtered by who, what, on what, in which case, when and with which outcome', async () => {
  expect(await actsOf({ person: ann.username.toUpperCase(), outcome: 'refused' })).toEqual(['request']);
  expect(await actsOf({ person: ann.username, act: 'upload' })).toEqual(['upload', 'upload']);
  for (const subject of [sent.sha256, sent.md5]) expect(await actsOf({ subject })).toEqual(['upload']);
  expect(await actsOf({ subject: sent.run })).toEqual(['run']);
  expect((await actsOf({ case: caseId })).sort()).toEqual(['make_case', 'run', 'upload']);
  const [made] = (await list({ act: 'make_case' })).records;
  if (!made) throw new Error('Nobody made a case');
  const next = new Date(Date.parse(made.at) + 1).toISOString();
  expect(await actsOf({ act: 'make_case', to: made.at })).toEqual([]);
  expect(await actsOf({ act: 'make_case', from: made.at, to: next })).toEqual(['make_case']);
  expect(await actsOf({ person: 'nobody' })).toEqual([]);
  expect(await actsOf({ subject: "x' or true --" })).toEqual([]);
});

test('a record on several objects is found by each of them, and by a case that has one', async () => {
  const seen = await Promise.all([upload('One of two.', 'one.txt', caseId), upload('Two of two.', 'two.txt')]);
  const query = `?input=${encodeURIComponent(JSON.stringify(seen.map(({ sha256 }) => sha256)))}`;
  expect((await fetch(`${api.url}/trpc/predictions.byHash${query}`, { headers: ann.headers })).status).toBe(200);
  for (const { sha256, md5 } of seen)
    for (const subject of [sha256, md5]) expect(await actsOf({ subject })).toEqual(['view', 'upload']);
  const [view] = (await list({ case: caseId, act: 'view' })).records;
  expect(view).toMatchObject({ subjectKind: 'objects', subjectId: null });
  expect(JSON.parse(view?.details ?? '').objects.toSorted()).toEqual(seen.map(({ sha256 }) => sha256).toSorted());
  expect(await actsOf({ subject: '0'.repeat(64) })).toEqual([]);
});

test('pages have every record once, the newest first, whatever is added meanwhile', async () => {
  const all = (await list({ person: ann.username }, { limit: 500 })).records.map(({ id }) => id);
  const seen: string[] = [];
  for (let cursor: string | undefined | null; cursor !== null; ) {
    const page: TrailPage = await list({ person: ann.username }, { limit: 2, cursor });
    seen.push(...page.records.map(({ id }) => id));
    cursor = page.next;
    await ask('session.me', undefined, ann.headers);
  }
  expect(seen).toEqual(all);
  expect(all).toEqual(all.toSorted((a, b) => Number(b) - Number(a)));
  await expect(list({}, { cursor: 'x' })).rejects.toThrow('400 This cursor is none that the trail gave');
});

test('who reads the trail is on it: what was asked for, once an hour', async () => {
  const reader = await api.addPerson('administrator');
  const mine = { person: reader.username, act: 'view_trail' } as const;
  for (let i = 0; i < 2; i++) await ask('audit.list', { filter: { act: 'run' } }, reader.headers);
  await ask('audit.get', { id: '1' }, reader.headers);
  const subjects = (await list(mine)).records.map(({ subjectKind, subjectId }) => `${subjectKind} ${subjectId}`);
  expect(subjects).toEqual(['trail record 1', 'trail act: run']);
});

test('a record says all it holds, and whether its hash fits', async () => {
  const [record] = (await list({ subject: sent.sha256 })).records;
  if (!record) throw new Error('It is not there');
  expect(await ask('audit.get', { id: record.id })).toEqual({ ...record, seal: null, fits: null });
  const sealer = new Sealer(api.db);
  while ((await sealer.seal()).more);
  const opened = await ask<OpenedRecord>('audit.get', { id: record.id });
  expect(opened).toMatchObject({ ...record, fits: true, agent: '=cmd|calc', keyId: null });
  expect(await ask('audit.get', { id: '1' })).toMatchObject({ fits: true, seal: { place: 1, hashBefore: null } });
  const { last } = await ask<{ last: { place: number }; late: number }>('audit.chain');
  expect(last.place).toBeGreaterThan(opened.seal?.place ?? 0);
  await api.db.transaction(async (tx) => {
    await tx.execute('set local session_replication_role = replica');
    await tx.execute(sql`update audit_records set username = 'mallory' where id = ${record.id}`);
  });
  expect(await ask('audit.get', { id: record.id })).toMatchObject({ username: 'mallory', fits: false });
  await api.db.transaction(async (tx) => {
    await tx.execute('set local session_replication_role = replica');
    await tx.execute(sql`update audit_records set username = ${ann.username} where id = ${record.id}`);
  });
  await expect(ask('audit.get', { id: '999999999' })).rejects.toThrow('404');
});

const download = (search: string, headers = admin) => fetch(`${api.url}/audit/export${search}`, { headers });

test('JSON Lines are the chain, as assay verify reads it, and the download is on the trail', async () => {
  const sealer = new Sealer(api.db);
  while ((await sealer.seal()).more);
  const answer = await download('');
  expect([answer.status, answer.headers.get('content-type'), answer.headers.get('content-disposition')]).toEqual([
    ...[200, 'application/jsonl; charset=utf-8'],
    expect.stringMatching(/^attachment; filename="assay-audit-\d{4}-\d\d-\d\d\.jsonl"$/),
  ]);
  const links = (await answer.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ChainLink);
  let before = noHash;
  for (const [i, link] of links.entries()) {
    expect(link.place).toBe(i + 1);
    if (link.act === null) throw new Error('A record is gone');
    before = hashRecord(before, link.place, link.form, link) ?? '';
    expect(link.hash).toBe(before);
  }
  const filtered = await download(`?act=upload&person=${ann.username}`);
  const uploads = (await filtered.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ChainLink);
  expect(uploads).toEqual(links.filter(({ act }) => act === 'upload'));
  const exports = (await list({ act: 'export_trail' })).records;
  expect(exports.map(({ subjectId, username }) => [subjectId, username])).toEqual([
    [`person: ${ann.username}, act: upload`, 'ada'],
    ['all', 'ada'],
  ]);
  expect(JSON.parse(exports[1]?.details ?? '')).toEqual({ format: 'jsonl', filter: {}, until: links.length });
});

test('CSV runs nothing in a spreadsheet, whatever names and clients say', async () => {
  const answer = await download(`?format=csv&person=${ann.username}&act=upload`);
  // With its byte order mark, which text() takes away.
  const text = Buffer.from(await answer.arrayBuffer()).toString();
  expect(text.startsWith('\uFEFFplace,id,at,username,')).toBe(true);
  const cells = text.split(/,|\n/).map((cell) => cell.replace(/^"/, ''));
  expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
  expect(text).toContain(`'=cmd|calc`);
});

test('what is asked for wrongly is refused with its field, and nothing is put down', async () => {
  const answer = await download('?act=juggle&format=xml');
  const { error } = (await answer.json()) as ErrorBody;
  expect([answer.status, error.details.map(({ field }) => field).sort()]).toEqual([400, ['act', 'format']]);
  await expect(list({ case: 'no uuid' })).rejects.toThrow('400');
  const refused = await download('', (await api.addPerson('investigator')).headers);
  expect(refused.status).toBe(403);
  expect((await list({ act: 'export_trail' })).records).toHaveLength(3);
});
