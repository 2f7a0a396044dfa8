import { hash, randomUUID } from 'node:crypto';
import { type Answer, answerSchema, uploadAnswerSchema } from '@assay/shared';
import { createTRPCClient, httpLink } from '@trpc/client';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AppRouter } from '../router.ts';
import { startTestApi, type TestApi } from '../testing.ts';

let api: TestApi;
let auth: { authorization: string };
const names = new Map<string, string>();

const pdq = '0f'.repeat(32);
const nearPdq = `${pdq.slice(0, -8)}0f0f00ff`; // 16 bits differ... of the last 32: 8
const farPdq = 'f0'.repeat(32);

// By file name: what each model says of it.
const answers: Record<string, Record<string, unknown>> = {
  'harbour-north.txt': {
    faces: { number_faces: 2, eyes: [1, 4] },
    ner_text: { places: ['Rotterdam', 'Delft'], year: '2026' },
    look: { pdq, width: 640 },
  },
  'IMG_2041.jpg': {
    faces: { number_faces: 0 },
    ner_text: { places: ['Den Haag'] },
    look: { pdq: nearPdq, width: 1920 },
  },
  'Über 100%.txt': {
    faces: { number_faces: 5, sure: true },
    ner_text: { places: [], note: 'a quiet harbour' },
    look: { pdq: farPdq },
  },
  'other.txt': { faces: { number_faces: 1 } },
};
const annotations: Answer['annotations'] = [
  { label: 'knife', score: 0.7, box: { x: 0, y: 0, width: 1, height: 1 } },
  { label: 'person', score: 0.2, time: { start: 1, end: 2 }, text: 'spoken zebra' },
];

beforeAll(async () => {
  api = await startTestApi();
  auth = await api.signIn();
  await api.addModels({ faces: ['text'], ner_text: ['text'], look: ['text'] });
  for (const [at, name] of [
    'harbour-north.txt',
    'IMG_2041.jpg',
    'Über 100%.txt',
    'other.txt',
    'never run.txt',
  ].entries()) {
    const text = `This is the text of ${name}.${' '.repeat(at * 100)}`;
    names.set(hash('sha256', text), name);
    // What nobody has looked at comes when the others are done.
    if (name === 'never run.txt') await answerAll();
    await upload(name, text, Object.keys(answers[name] ?? { faces: {} }));
  }
});
afterAll(() => api.close());

async function answerAll(): Promise<void> {
  for (const model of ['faces', 'ner_text', 'look']) {
    const claimed = await api.claim(model);
    await api.finish(
      claimed.map((each) => {
        const name = names.get(each.sha256) ?? '';
        const result = answers[name]?.[model];
        if (name === 'other.txt') return { ...each, kind: 'failed', reason: 'too dark', fault: 'object' };
        const marks = model === 'faces' && name === 'harbour-north.txt' ? annotations : [];
        return { ...each, kind: 'succeeded', answer: answerSchema.parse({ classes: [], result, annotations: marks }) };
      }),
    );
  }
}

async function upload(name: string, text: string, models: string[], headers: Record<string, string> = auth) {
  const form = new FormData();
  for (const model of models) form.append('models', model);
  form.append('objects', new Blob([text]), name);
  const answer = await fetch(`${api.url}/model/predict`, { method: 'POST', headers, body: form });
  return uploadAnswerSchema.parse(await answer.json());
}

const trpc = (headers: Record<string, string> = auth) =>
  createTRPCClient<AppRouter>({ links: [httpLink({ url: `${api.url}/trpc`, headers, methodOverride: 'POST' })] });

async function find(query: string, sort = 'uploaded', timeZone = 'UTC') {
  const { objects } = await trpc().objects.search.query({ query, sort, timeZone });
  return objects.map(({ sha256 }) => names.get(sha256) ?? sha256);
}

const [north, img, umlaut, other, never] = [
  'harbour-north.txt',
  'IMG_2041.jpg',
  'Über 100%.txt',
  'other.txt',
  'never run.txt',
];
const hashOf = (name: string, kind = 'sha256') => {
  const at = [...names.values()].indexOf(name);
  return hash(kind, `This is the text of ${name}.${' '.repeat(at * 100)}`);
};
const all = [north, img, umlaut, other, never];

test.each<[string, string[]]>([
  ['', all],
  ['harbour', [north, umlaut]],
  ['HARB', [north, umlaut]],
  ['"harb"', []],
  ['"harbour north"', [north]],
  ['"north harbour"', []],
  ['2041', [img]],
  ['IMG_2041.jpg', [img]],
  ['zebra', [north]],
  ['delft harbour', [north]],
  ['über', [umlaut]],
  ["o'neil", []],
  ['\\', []],
  ['type = text', all],
  ['type != text', []],
  ['type = image, text AND mime ~ plain', all],
  ['mime = text/plain', all],
  ['name = img_2041.JPG', [img]],
  ['name ~ "100%"', [umlaut]],
  ['name ~ 0_%', []],
  ['name != other.txt', [north, img, umlaut, never]],
  ['mismatch', [img]],
  ['size > 300', [umlaut, other, never].slice(1)],
  ['uploader = ADA', all],
  ['uploader = nobody', []],
  ['uploaded > 1h', all],
  ['uploaded = today', all],
  ['uploaded < 7d OR uploaded = 1999-12', []],
  ['faces.number_faces >= 2', [north, umlaut]],
  ['faces.number_faces = 0, 5', [img, umlaut]],
  ['faces.number_faces != 2', [img, umlaut]],
  ['NOT faces.number_faces = 2', [img, umlaut, other, never]],
  ['faces.eyes = 4', [north]],
  ['faces.sure = true', [umlaut]],
  ['ner_text.places ~ "rotter"', [north]],
  ['ner_text.places = "den haag"', [img]],
  ['ner_text.year = "2026"', [north]],
  ['width > 1000', [img]],
  ['faces box knife > 0.5', [north]],
  ['faces box knife > 0.9', []],
  ['faces time knife > 0.5', []],
  ['faces time ~ pers', [north]],
  ['faces box != person', [north]],
  ['state = faces:failed', [other]],
  ['state = failed', [other]],
  ['state = look:not-run', [other, never]],
  ['state != look:succeeded', [other, never]],
  ['state = faces:queued', [never]],
  ['state = faces:waiting', []],
  ['state = nothing:failed', []],
  ['derived = yes', []],
  ['derived = no', all],
  ['derived = faces', []],
  ['(faces.number_faces = 2 OR name ~ other) AND NOT mismatch', [north, other]],
  ['harbour OR (width > 1000 AND state = faces:succeeded)', [north, img, umlaut]],
])('%s', async (query, expected) => {
  expect(await find(query)).toEqual(expected);
});

test('an object is found by any of its hashes, and by a list of thousands', async () => {
  expect(await find(hashOf(img, 'md5'))).toEqual([img]);
  expect(await find(hashOf(img, 'sha1').toUpperCase())).toEqual([img]);
  expect(await find(`NOT ${hashOf(img)} AND mismatch`)).toEqual([]);
  const others = Array.from({ length: 5000 }, (_, i) => hash('sha256', String(i)));
  expect(await find([...others, hashOf(north), hashOf(other, 'md5')].join('\n'))).toEqual([north, other]);
});

test('what looks like an object is found by how many bits differ', async () => {
  expect(await find(`similar = ${hashOf(north)}`)).toEqual([north, img]);
  expect(await find(`similar = ${hashOf(north)}:0`)).toEqual([north]);
  expect(await find(`similar = ${hashOf(north, 'md5')}:256`)).toEqual([north, img, umlaut]);
  expect(await find(`similar = ${hashOf(other)}`)).toEqual([]);
});

test('what was derived is found from its source, by its model, and has no name', async () => {
  const [parent, child] = [hashOf(other), hash('sha256', 'child')];
  await api.db.execute(sql`
    with made as (
      insert into objects (sha256, md5, sha1, size, media_type, mime)
      values (decode(${child}, 'hex'), decode(${hash('md5', 'child')}, 'hex'), decode(${hash('sha1', 'child')}, 'hex'), 5, 'audio', 'audio/wav')
      returning id)
    insert into derivations (prediction_id, position, parent_id, child_id, label)
    select p.id, 0, o.id, made.id, 'sound' from made, objects o join predictions p on p.object_id = o.id
    where o.sha256 = decode(${parent}, 'hex')`);
  for (const query of [`derived = ${parent}`, 'derived = faces', 'derived = yes'])
    expect(await find(query)).toEqual([child]);
  const { objects } = await trpc().objects.search.query({ query: 'type = audio' });
  expect(objects).toMatchObject([{ name: null, madeBy: { model: 'faces', label: 'sound' }, states: null, size: 5 }]);
  expect(await find('', 'name')).toEqual([north, img, never, other, umlaut, child]);
  expect(await find('state = faces:succeeded', '-name')).toEqual([umlaut, img, north]);
});

test.each([
  ['uploaded', 2],
  ['-uploaded', 2],
  ['size', 1],
  ['-size', 3],
  ['name', 2],
  ['-name', 1],
  ['faces.number_faces', 1],
  ['-faces.number_faces', 2],
])('pages by %s, %i at a time, have every object once and in order', async (sort, limit) => {
  for (const query of ['', 'state = faces:succeeded']) {
    const whole = await find(query, sort);
    const paged: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await trpc().objects.search.query({ query, sort, limit, cursor });
      paged.push(...page.objects.map(({ sha256 }) => names.get(sha256) ?? sha256));
      cursor = page.next;
    }
    expect(paged).toEqual(whole);
    expect(new Set(whole).size).toBe(whole.length);
  }
  if (sort === '-faces.number_faces') expect(await find('', sort)).toEqual([umlaut, north, img]);
});

test('facets count what was found', async () => {
  expect(await trpc().objects.facets.query({ query: 'name ~ txt OR name ~ jpg' })).toMatchObject({
    ...{ count: 5, more: false, mismatches: 1 },
    types: [{ value: 'text', count: 5 }],
    uploaders: [{ value: 'ada', count: 5 }],
    states: expect.arrayContaining([
      { model: 'faces', state: 'succeeded', count: 3 },
      { model: 'faces', state: 'failed', count: 1 },
      { model: 'faces', state: 'queued', count: 1 },
    ]),
    numbers: expect.arrayContaining([{ model: 'faces', class: 'number_faces', least: 1, count: 2 }]),
    words: expect.arrayContaining([{ model: 'ner_text', class: 'places', value: 'Rotterdam', count: 1 }]),
  });
  expect(await trpc().objects.facets.query({ query: 'name = nothing' })).toMatchObject({ count: 0, types: [] });
});

test('a list says of each object what a person needs to know of it', async () => {
  const { objects, next } = await trpc().objects.search.query({
    query: `hash = ${hashOf(img)}`,
    sort: '-faces.number_faces',
  });
  expect(next).toBeNull();
  expect(objects).toEqual([
    {
      ...{ sha256: hashOf(img), mediaType: 'text', mime: 'text/plain', size: expect.any(Number), name: img },
      ...{ falseExtension: 'jpg', uploadedAt: expect.stringMatching(/^20.*Z$/), madeBy: null, key: 0 },
      ...{ deleted: false, states: { succeeded: 3 } },
      ...{ verdict: null, tags: [] },
    },
  ]);
});

test('wrong syntax, orders and cursors are refused with the place and what would be right', async () => {
  const ask = (input: { query: string; sort?: string; cursor?: string; timeZone?: string }) =>
    trpc().objects.search.query(input);
  await expect(ask({ query: 'type = image AND size > banana' })).rejects.toMatchObject({
    message: '“banana” is no size (character 25). Expected: a size, such as 500kB, 10MB or 1.5GiB',
    data: { appCode: 'invalid_search', httpStatus: 400, details: [{ field: 'query', start: 24, end: 30 }] },
  });
  await expect(ask({ query: '', sort: 'colour' })).rejects.toMatchObject({ data: { details: [{ field: 'sort' }] } });
  // The second is of the form that cursors had before, with the number of an object.
  const cursors = ['x', [null, 1], [null, 'f'.repeat(64)]].map((cursor) =>
    Buffer.from(JSON.stringify(cursor)).toString('base64url'),
  );
  for (const cursor of ['x', ...cursors])
    await expect(ask({ query: '', cursor })).rejects.toMatchObject({
      data: { appCode: 'invalid_search', httpStatus: 400, details: [{ field: 'cursor' }] },
    });
  await expect(ask({ query: '', timeZone: 'Mars/Olympus' })).rejects.toMatchObject({ data: { httpStatus: 400 } });
});

test.each([
  [null, 'siz', ['size']],
  [null, 'number', ['faces.number_faces']],
  [null, 'knife', ['faces box = knife']],
  [{ field: 'type' }, 'i', ['image', 'video', 'audio'].filter((type) => type.includes('i'))],
  [{ field: 'mime' }, 'pl', ['text/plain']],
  [{ field: 'uploader' }, 'a', ['ada']],
  [{ field: 'state' }, 'faces:fail', ['faces:failed']],
  [{ model: 'ner_text', class: 'places' }, 'den', ['"Den Haag"']],
] as const)('at %j, “%s” suggests', async (of, prefix, expected) => {
  const found = await trpc().objects.suggest.query({ of, prefix });
  expect(found.map(({ text }) => text)).toEqual(expected);
});

test('of many, what every third has and what every second has are told apart, in order, in any plan', async () => {
  const many = 24_000;
  await api.db.execute(sql`
    with run as (insert into runs (id, asked_by, case_id)
      select ${randomUUID()}::uuid, private_of, id from cases where private_of is not null limit 1
      returning id, asked_by, case_id),
    made as (
      insert into objects (sha256, md5, sha1, size, media_type, mime)
      select sha256(('m' || n)::bytea), decode(md5('m' || n), 'hex'), substring(sha256(('s' || n)::bytea) for 20), n,
        'image', 'image/png' from generate_series(1, ${many}::int) n returning id, size),
    uploaded as (
      insert into uploads (id, object_id, run_id, case_id, uploaded_by, file_name, position)
      select gen_random_uuid(), made.id, run.id, run.case_id, run.asked_by, 'many-' || made.size, 0 from made, run)
    insert into labels (prediction_id, object_id, key, number)
    select p.id, made.id, result_key('class', 'many', class), value
    from made, (select id from predictions limit 1) p,
      lateral (values ('half', made.size % 2), ('third', made.size % 3)) as v(class, value)`);
  await api.db.execute(sql`analyze objects, labels, uploads`);
  const both = 'many.half = 0 AND many.third > 0';
  const sizes = async (query: string, sort: string, cursor?: string) => {
    const page = await trpc().objects.search.query({ query, sort, limit: 3, cursor });
    return { found: page.objects.map(({ size }) => size), next: page.next ?? undefined };
  };
  const first = await sizes(both, 'size');
  expect(first.found).toEqual([2, 4, 8]);
  expect((await sizes(both, 'size', first.next)).found).toEqual([10, 14, 16]);
  expect((await sizes(`${both} AND name ~ many-2399`, '-size')).found).toEqual([23_998, 23_996, 23_992]);
  // What is equal is in no order that means anything, but in the same one.
  const equal = await sizes(both, '-many.third');
  const pages = [...equal.found, ...(await sizes(both, '-many.third', equal.next)).found];
  expect(new Set(pages).size).toBe(6);
  expect(pages.every((size) => size % 6 === 2)).toBe(true);
  const { count, facets } = trpc().objects;
  expect(await count.query({ query: both })).toEqual({ count: 8000, more: false });
  expect(await count.query({ query: 'many.half = 0 AND many.third >= 0' })).toEqual({ count: 10_000, more: true });
  for (const [least, found] of [
    [21_000, { count: 1000, more: false }],
    [20_997, { count: 1000, more: true }],
  ] as const)
    expect(await facets.query({ query: `${both} AND size > ${least}` })).toMatchObject({
      ...found,
      types: [{ value: 'image', count: 1000 }],
    });
});

test('no search runs for longer than it may', async () => {
  const lock = api.db.transaction(async (tx) => {
    await tx.execute(sql`lock table search_texts in access exclusive mode`);
    await expect(trpc().objects.search.query({ query: 'harbour' })).rejects.toMatchObject({
      message: expect.stringContaining('was stopped'),
      data: { appCode: 'search_too_slow', httpStatus: 503 },
    });
  });
  await lock;
});

test('a person’s saved searches are theirs alone, and one of the same name is replaced', async () => {
  const other = await api.addPerson('investigator');
  const [mine, theirs] = [trpc(), trpc(other.headers)];
  await mine.searches.save.mutate({ name: ' Knives ', query: 'a', sort: '-uploaded' });
  await mine.searches.save.mutate({ name: 'Knives', query: 'faces box knife > 0.5', sort: 'size' });
  const [saved] = await mine.searches.list.query();
  expect(saved).toMatchObject({ name: 'Knives', query: 'faces box knife > 0.5', sort: 'size' });
  expect(await theirs.searches.list.query()).toEqual([]);
  await theirs.searches.remove.mutate({ id: saved?.id ?? '' });
  expect(await mine.searches.list.query()).toHaveLength(1);
  await mine.searches.remove.mutate({ id: saved?.id ?? '' });
  expect(await mine.searches.list.query()).toEqual([]);
  await expect(mine.searches.save.mutate({ name: ' ', query: '', sort: '' })).rejects.toMatchObject({
    data: { httpStatus: 400 },
  });
});
