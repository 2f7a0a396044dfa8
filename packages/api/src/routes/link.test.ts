import { hash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { errorBodySchema, uploadAnswerSchema } from '@assay/shared';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing.ts';

const there = Buffer.from('A text that is there already.');
const sha256 = hash('sha256', there);
const absent = hash('sha256', 'nobody sent this');
const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

let api: TestApi;
let auth: { authorization: string };

beforeAll(async () => {
  api = await startTestApi();
  auth = await api.signIn();
  await api.addModels({ ner_text: ['text'], language: ['text'], faces: ['image'] });
  expect((await send([file(there, 'first name.txt'), ['models', 'ner_text']])).status).toBe(202);
});
afterAll(() => api.close());

type Part = [field: string, value: string] | [field: string, bytes: Buffer, fileName: string];
const file = (bytes: Buffer, name: string): Part => ['objects', bytes, name];
const link = (sha256: string, fileName: string): Part => ['known', JSON.stringify({ sha256, fileName })];

function send(parts: Part[]): Promise<Response> {
  const form = new FormData();
  for (const [field, value, name] of parts) {
    if (typeof value === 'string') form.append(field, value);
    else form.append(field, new Blob([new Uint8Array(value)]), name);
  }
  return fetch(`${api.url}/model/predict`, { method: 'POST', headers: auth, body: form });
}

const readAnswer = async (answer: Response) => uploadAnswerSchema.parse(await answer.json());

async function expectFault(parts: Part[], status: number) {
  const kept = () => api.db.execute(sql`select (select count(*) from uploads), (select count(*) from runs)`);
  const before = await kept();
  const answer = await send(parts);
  expect(answer.status).toBe(status);
  expect(await kept()).toEqual(before);
  expect(await readdir(`${api.store}/incoming`)).toEqual([]);
  return errorBodySchema.parse(await answer.json()).error;
}

test('a link makes an upload of what is there, in its place among the files', async () => {
  const answer = await send([
    ['models', 'language'],
    file(gif, 'a.gif'),
    link(sha256.toUpperCase(), 'case/second name.txt'),
    file(Buffer.from('Another text.'), 'c.txt'),
    ['models', 'faces'],
  ]);
  expect(answer.status).toBe(202);
  const { objects, run, ...rest } = await readAnswer(answer);
  expect(objects.map(({ fileName, known }) => [fileName, known])).toEqual([
    ['a.gif', false],
    ['case/second name.txt', true],
    ['c.txt', false],
  ]);
  expect(objects[1]).toMatchObject({
    ...{ sha256, md5: hash('md5', there), size: there.length, mediaType: 'text', encoding: 'utf-8' },
    predictions: [{ model: 'language', state: 'queued' }],
  });
  expect(rest['prediction objects'][1]).toBe(hash('md5', there));
  const rows = await api.db.execute(sql`select file_name, position from uploads where run_id = ${run} order by id`);
  expect(rows).toMatchObject([{ position: 0 }, { file_name: 'case/second name.txt', position: 1 }, { position: 2 }]);
});

test('a request may have links and no file, and gets the predictions that are there', async () => {
  const first = await readAnswer(await send([link(sha256, 'x.txt'), ['models', 'ner_text']]));
  const second = await readAnswer(await send([link(sha256, ''), ['models', 'ner_text']]));
  expect(second.objects[0]).toMatchObject({ fileName: 'unnamed', predictions: first.objects[0]?.predictions });
});

test('ten thousand links are as many as files may be; one more is too many', async () => {
  const links = Array.from({ length: 10_000 }, (_, i) => link(sha256, `copy ${i}.txt`));
  const answer = await readAnswer(await send([...links, ['models', 'ner_text']]));
  expect(answer.objects.map(({ fileName }) => fileName)).toEqual(links.map((_, i) => `copy ${i}.txt`));
  const error = await expectFault([...links, link(sha256, 'more.txt'), ['models', 'ner_text']], 413);
  expect(error).toMatchObject({ code: 'too_many_files', message: 'At most 10000 files in one request' });
});

test('an object that is not there is 404 with its name, and nothing of the request is kept', async () => {
  const error = await expectFault(
    [file(Buffer.from('A new text.'), 'new.txt'), link(absent, 'gone.txt'), link(sha256, 'x'), ['models', 'ner_text']],
    404,
  );
  expect(error.code).toBe('object_not_found');
  expect(error.details).toEqual([
    { code: 'object_not_found', file: 'gone.txt', field: 'known', message: expect.stringContaining('gone.txt') },
  ]);
});

test('what holds for a file holds for a link', async () => {
  const wrongType = await expectFault([link(sha256, 'x.txt'), ['models', 'faces'], ['model_type', 'image']], 400);
  expect(wrongType).toMatchObject({ code: 'invalid_type', details: [{ file: 'x.txt' }] });
  expect(await expectFault([link(sha256, 'x.txt'), ['models', 'faces']], 400)).toMatchObject({
    code: 'invalid_models',
  });
});

test.each([
  ['no JSON', '{"sha256"', /^known is JSON text like/],
  ['no object', '"text"', /expected object/],
  ['an MD5', JSON.stringify({ sha256: hash('md5', there), fileName: 'x' }), /sha256: Not 64 hexadecimal digits/],
  ['no name', JSON.stringify({ sha256 }), /fileName: /],
  ['a name that is no text', JSON.stringify({ sha256, fileName: 7 }), /fileName: /],
])('a link that is %s is a fault of its field', async (_, value, message) => {
  const error = await expectFault([link(sha256, 'x.txt'), ['known', value], ['models', 'ner_text']], 400);
  expect(error).toMatchObject({ code: 'invalid_request', message: expect.stringMatching(message) });
  expect(error.details).toMatchObject([{ field: 'known' }]);
});
