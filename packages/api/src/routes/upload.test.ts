import { hash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { errorBodySchema, uploadAnswerSchema } from '@assay/shared';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing.ts';

const sample = (name: string) => readFile(new URL(`../../../../samples/${name}`, import.meta.url));
const astronaut = await sample('astronaut.jpg');
const report = await sample('report.txt');
const pdf = Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj\n<<>>\nendobj\n', 'latin1');

let api: TestApi;
let auth: { authorization: string };

beforeAll(async () => {
  api = await startTestApi({ limits: { fileBytes: 600_000 } });
  auth = await api.signIn();
  await api.addModels({ face_detect: ['image'], ner_text: ['text'], image_shape: ['image'] });
});
afterAll(() => api.close());
afterEach(async () => {
  expect(await readdir(`${api.store}/incoming`)).toEqual([]);
});

type Part = [field: string, value: string] | [field: string, bytes: Buffer, fileName: string];

function formOf(parts: Part[]): FormData {
  const form = new FormData();
  for (const [field, value, fileName] of parts) {
    if (typeof value === 'string') form.append(field, value);
    else form.append(field, new Blob([new Uint8Array(value)]), fileName);
  }
  return form;
}

const send = (parts: Part[], headers: Record<string, string> = auth) =>
  fetch(`${api.url}/model/predict`, { method: 'POST', headers, body: formOf(parts) });

async function readFault(answer: Response) {
  const { error } = errorBodySchema.parse(await answer.json());
  return { status: answer.status, ...error };
}

async function countRows() {
  const [row] = await api.db.execute(sql`select
    (select count(*)::int from objects) as objects, (select count(*)::int from uploads) as uploads,
    (select count(*)::int from runs) as runs, (select count(*)::int from predictions) as predictions,
    (select count(*)::int from pgboss.job where name like 'predict.%') as jobs`);
  return row;
}

async function listStored() {
  const entries = await readdir(api.store, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

/** The request must be refused, and must leave everything as it was. */
async function expectNothingKept(act: () => Promise<void>) {
  const [rows, stored] = [await countRows(), await listStored()];
  await act();
  expect(await countRows()).toEqual(rows);
  expect(await listStored()).toEqual(stored);
}

test('each file gets the models that accept it, whatever the order of the fields', async () => {
  const answer = await send([
    ['models', 'ner_text'],
    ['objects', astronaut, 'astronaut.jpg'],
    ['models', 'face_detect'],
    ['objects', report, 'case/notes.txt'],
    ['models', 'image_shape'],
  ]);
  expect(answer.status).toBe(202);
  const body = uploadAnswerSchema.parse(await answer.json());
  expect(body['prediction objects']).toEqual([astronaut, report].map((bytes) => hash('md5', bytes)));
  expect(
    body.objects.map(({ fileName, mediaType, mime, size, known, predictions }) => ({
      ...{ fileName, mediaType, mime, size, known },
      models: predictions.map(({ model, state }) => `${model} ${state}`).sort(),
    })),
  ).toEqual([
    {
      ...{ fileName: 'astronaut.jpg', mediaType: 'image', mime: 'image/jpeg', size: 53_631, known: false },
      models: ['face_detect queued', 'image_shape queued'],
    },
    {
      ...{ fileName: 'case/notes.txt', mediaType: 'text', mime: 'text/plain', size: 345, known: false },
      models: ['ner_text queued'],
    },
  ]);
  const sha256 = body.objects[0]?.sha256 ?? '';
  expect(await readFile(`${api.store}/${sha256.slice(0, 2)}/${sha256}`)).toEqual(astronaut);
});

test('the same file again is known: no bytes, prediction or job twice', async () => {
  await send([
    ['models', 'face_detect'],
    ['objects', astronaut, 'a.jpg'],
  ]);
  const [rows, stored] = [await countRows(), await listStored()];
  const answer = await send([
    ['models', 'face_detect'],
    ['objects', astronaut, 'b.jpg'],
    ['objects', astronaut, 'b.jpg'],
  ]);
  const body = uploadAnswerSchema.parse(await answer.json());
  expect(body.objects.map(({ known }) => known)).toEqual([true, true]);
  expect(await countRows()).toEqual({ ...rows, uploads: Number(rows?.uploads) + 2, runs: Number(rows?.runs) + 1 });
  expect(await listStored()).toEqual(stored);
});

test('twenty people at once with the same bytes make one object, twenty uploads, one prediction and one job', async () => {
  const bytes = Buffer.from(`The same text for everybody, ${'again and '.repeat(50)}`);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      send([
        ['objects', bytes, `copy ${i}.txt`],
        ['models', 'ner_text'],
      ]),
    ),
  );
  const bodies = await Promise.all(answers.map(async (answer) => uploadAnswerSchema.parse(await answer.json())));
  expect(new Set(bodies.map(({ objects }) => objects[0]?.predictions[0]?.id)).size).toBe(1);
  expect(bodies.filter(({ objects }) => !objects[0]?.known)).toHaveLength(1);

  const [object] = bodies.flatMap(({ objects }) => objects);
  const [made] = await api.db.execute(sql`select count(*)::int as objects,
    (select count(*)::int from predictions where object_id = min(objects.id)) as predictions
    from objects where sha256 = decode(${object?.sha256}, 'hex')`);
  expect(made).toEqual({ objects: 1, predictions: 1 });
  const [jobs] = await api.db.execute(
    sql`select count(*)::int as n from pgboss.job where id = ${object?.predictions[0]?.id}`,
  );
  expect(jobs).toEqual({ n: 1 });
  const names = await api.db.execute(sql`select file_name from uploads
    where object_id = (select id from objects where sha256 = decode(${object?.sha256}, 'hex'))`);
  expect(names.map(({ file_name }) => file_name).sort()).toEqual(bodies.map((_, i) => `copy ${i}.txt`).sort());
  expect((await listStored()).filter((name) => name === object?.sha256)).toHaveLength(1);
});

test('requests that name one run share it, unless it is somebody else’s', async () => {
  const run = crypto.randomUUID();
  for (const name of ['one.txt', 'two.txt']) {
    const answer = await send([
      ['objects', Buffer.from(`This is ${name}`), name],
      ['models', 'ner_text'],
      ['run', run],
    ]);
    expect(uploadAnswerSchema.parse(await answer.json()).run).toBe(run);
  }
  const [row] = await api.db.execute(sql`select count(*)::int as n from uploads where run_id = ${run}`);
  expect(row?.n).toBe(2);
  await api.db.execute(sql`insert into "user" (id, name, email) values ('eve', 'Eve', 'eve@assay.invalid')`);
  await api.db.execute(sql`update runs set asked_by = 'eve' where id = ${run}`);
  const fault = await readFault(
    await send([
      ['objects', Buffer.from('This is three.txt'), 'three.txt'],
      ['models', 'ner_text'],
      ['run', run],
    ]),
  );
  expect(fault).toMatchObject({ status: 404, code: 'run_not_found' });
});

const image: Part = ['objects', astronaut, 'astronaut.jpg'];
const faces: Part = ['models', 'face_detect'];

test.each<[what: string, parts: Part[], status: number, code: string, message: RegExp]>([
  [
    'a PDF named .jpg',
    [['objects', pdf, 'clip.jpg'], faces],
    415,
    'unsupported_media',
    /^clip\.jpg is a PDF document\. Assay takes images, video, audio and text\.$/,
  ],
  ['an empty file', [['objects', Buffer.alloc(0), 'void.jpg'], faces], 400, 'empty_file', /^void\.jpg is empty$/],
  [
    'a file over the limit',
    [['objects', Buffer.alloc(700_000, 'text '), 'long.txt'], faces],
    413,
    'file_too_large',
    /^long\.txt is larger than 600000 bytes/,
  ],
  [
    'random bytes',
    [['objects', Buffer.from([0, 1, 2, 3, 4, 255, 254]), 'noise'], faces],
    415,
    'unsupported_media',
    /^noise is of no type/,
  ],
  ['no models', [image], 400, 'no_models', /^You must specify models to process objects with$/],
  [
    'unknown and unfit models',
    [image, ['models', 'nothing'], ['models', 'ner_text'], faces],
    400,
    'invalid_models',
    /^Invalid Models Specified: nothing$/,
  ],
  [
    'a model that no file and no other model has anything for',
    [image, ['models', 'ner_text'], faces],
    400,
    'invalid_models',
    /^ner_text takes text; none of the files is text and none of the chosen models emits text$/,
  ],
  [
    'another type than said',
    [image, faces, ['model_type', 'video']],
    400,
    'invalid_type',
    /^Invalid type for object: astronaut\.jpg is type: image$/,
  ],
  [
    'a type that is none',
    [image, faces, ['model_type', 'picture']],
    400,
    'invalid_request',
    /model_type is one of image, video, audio, text/,
  ],
  ['no file', [faces], 400, 'invalid_request', /at least one file/],
  ['a text in the place of a file', [['objects', 'text'], faces], 400, 'invalid_request', /objects is a file/],
  ['an unknown field', [image, faces, ['colour', 'red']], 400, 'invalid_request', /Unknown field colour/],
  ['a run that is no UUID', [image, faces, ['run', '1; drop table runs']], 400, 'invalid_request', /run is a UUID/],
])('%s is refused with its reason', async (_, parts, status, code, message) => {
  await expectNothingKept(async () => {
    expect(await readFault(await send(parts))).toMatchObject({ status, code, message: expect.stringMatching(message) });
  });
});

test('one bad file fails the request, with every fault of it', async () => {
  await expectNothingKept(async () => {
    const fault = await readFault(
      await send([
        ['objects', Buffer.from('A good text that nobody has sent before.'), 'good.txt'],
        ['objects', pdf, 'photo.jpg'],
        ['objects', Buffer.alloc(0), 'empty.mp4'],
        ['models', 'nothing'],
      ]),
    );
    expect(fault.status).toBe(415);
    expect(fault.details.map(({ code, file, field }) => [code, file ?? field])).toEqual([
      ['unsupported_media', 'photo.jpg'],
      ['empty_file', 'empty.mp4'],
      ['invalid_models', 'models'],
    ]);
  });
});

test('of forms that are recorded together, one that can’t be fails alone', async () => {
  await api.db.execute(sql`insert into "user" (id, name, email) values ('bea', 'Bea', 'bea@assay.invalid')`);
  await api.db.execute(sql`insert into runs (id, asked_by, case_id)
    select '0b0e6b5e-0000-4000-8000-000000000001'::uuid, private_of, id from cases where private_of = 'bea'`);
  const before = await countRows();
  const answers = await Promise.all(
    Array.from({ length: 24 }, (_, i) => {
      const file: Part = ['objects', Buffer.concat([astronaut, Buffer.from(`together ${i % 12}`)]), `${i}.jpg`];
      const foreign: Part[] = i % 8 === 5 ? [['run', '0b0e6b5e-0000-4000-8000-000000000001']] : [];
      return send([file, ...foreign, ['models', 'face_detect']]);
    }),
  );
  expect(answers.map(({ status }) => status)).toEqual(answers.map((_, i) => (i % 8 === 5 ? 404 : 202)));
  const bodies = await Promise.all(answers.filter(({ ok }) => ok).map(async (answer) => answer.json()));
  const entries = bodies.map((body) => uploadAnswerSchema.parse(body).objects[0]);
  // Twelve files, sent twice each but for the three refused: every one is news to one of its senders.
  expect(entries.filter((entry) => entry?.known === false)).toHaveLength(12);
  expect(entries.every((entry) => entry?.predictions.length === 1)).toBe(true);
  expect(await countRows()).toEqual({
    objects: Number(before?.objects) + 12,
    uploads: Number(before?.uploads) + 21,
    runs: Number(before?.runs) + 21,
    predictions: Number(before?.predictions) + 12,
    jobs: Number(before?.jobs) + 12,
  });
});

test('a stranger is refused before a byte of the body is read', async () => {
  await expectNothingKept(async () => {
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
    socket.write(
      'POST /model/predict HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000\r\n\r\n',
    );
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer).toContain('not_signed_in');
  });
});

test('a body that ends in the middle of a file is refused, and a client that goes away leaves nothing', async () => {
  const body = Buffer.concat([
    Buffer.from('--b\r\nContent-Disposition: form-data; name="objects"; filename="a.jpg"\r\n\r\n'),
    astronaut,
  ]);
  const head = (length: number) =>
    `POST /model/predict HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: ${auth.authorization}\r\n` +
    `Content-Type: multipart/form-data; boundary=b\r\nContent-Length: ${length}\r\n\r\n`;
  await expectNothingKept(async () => {
    const whole = connect(Number(new URL(api.url).port), '127.0.0.1');
    whole.write(Buffer.concat([Buffer.from(head(body.length)), body]));
    expect(await text(whole)).toMatch(/^HTTP\/1\.1 400 [\s\S]*incomplete_upload/);

    const gone = connect(Number(new URL(api.url).port), '127.0.0.1');
    gone.write(Buffer.concat([Buffer.from(head(10_000_000)), body, Buffer.alloc(400_000)]));
    await expect.poll(() => readdir(`${api.store}/incoming`)).toHaveLength(1);
    gone.destroy();
    await expect.poll(() => readdir(`${api.store}/incoming`)).toHaveLength(0);
  });
});

test.each([
  ['application/json', '{}', 415, 'unsupported_content_type'],
  ['multipart/form-data', 'no boundary', 400, 'invalid_request'],
])('a body of %s without parts is refused', async (type, body, status, code) => {
  const answer = await fetch(`${api.url}/model/predict`, {
    method: 'POST',
    headers: { ...auth, 'content-type': type },
    body,
  });
  expect(await readFault(answer)).toMatchObject({ status, code });
});

test('a page of another site can’t upload', async () => {
  const answer = await send([image, faces], { ...auth, origin: 'http://elsewhere.example' });
  expect(await readFault(answer)).toMatchObject({ status: 403, code: 'not_allowed' });
});
