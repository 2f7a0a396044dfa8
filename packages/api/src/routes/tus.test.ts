import { hash, randomBytes } from 'node:crypto';
import { readdir, readFile, stat, utimes } from 'node:fs/promises';
import { type ClientRequest, request } from 'node:http';
import { errorBodySchema, resumableStateSchema, uploadAnswerSchema } from '@assay/shared';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { administrator, startTestApi, type TestApi } from '../testing.ts';

const astronaut = await readFile(new URL('../../../../samples/astronaut.jpg', import.meta.url));
/** A picture of its own, as long as wanted. */
const pictureOf = (bytes: number) => Buffer.concat([astronaut, randomBytes(bytes - astronaut.length)]);
const pdf = Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj\n<<>>\nendobj\n', 'latin1');
const maxFileBytes = 64 * 2 ** 20;

let api: TestApi;
let ada: Record<string, string>;
let eve: Record<string, string>;

beforeAll(async () => {
  api = await startTestApi({ limits: { fileBytes: maxFileBytes } });
  await api.addModels({ face_detect: ['image'], ner_text: ['text'] });
  ada = { ...(await api.signIn()), 'tus-resumable': '1.0.0' };
  eve = { ...(await signInEve()), 'tus-resumable': '1.0.0' };
});
afterAll(() => api.close());

/** Somebody else, with the administrator's password. */
async function signInEve() {
  await api.db.execute(sql`insert into "user" (id, name, email, username)
    values ('eve', 'Eve', 'eve@assay.invalid', 'eve')`);
  await api.db.execute(sql`insert into account (id, account_id, provider_id, user_id, password, updated_at)
    select 'eve', 'eve', 'credential', 'eve', password, now() from account limit 1`);
  const answer = await fetch(`${api.url}/api/auth/sign-in/username`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...administrator, username: 'eve' }),
  });
  return { authorization: `Bearer ${answer.headers.get('set-auth-token')}` };
}

const metadataOf = (keys: Record<string, string>) =>
  Object.entries(keys)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',');

const begin = (length: number | string, keys: Record<string, string>, headers = ada) =>
  fetch(`${api.url}/upload/tus`, {
    method: 'POST',
    headers: { ...headers, 'upload-length': String(length), 'upload-metadata': metadataOf(keys) },
  });

/** Begins an upload and tells its address. */
async function beginAt(length: number, keys: Record<string, string> = {}) {
  const answer = await begin(length, { filename: 'picture.jpg', models: 'face_detect', ...keys });
  expect(answer.status).toBe(201);
  expect(answer.headers.get('location')).toMatch(/^\/upload\/tus\/[0-9a-f-]{36}$/);
  return api.url + answer.headers.get('location');
}

const patchHeaders = (offset: number) => ({
  ...ada,
  'upload-offset': String(offset),
  'content-type': 'application/offset+octet-stream',
});
const patch = (url: string, offset: number, bytes: Buffer) =>
  fetch(url, { method: 'PATCH', headers: patchHeaders(offset), body: new Uint8Array(bytes) });

async function offsetOf(url: string) {
  const answer = await fetch(url, { method: 'HEAD', headers: ada });
  expect(answer.status).toBe(200);
  return Number(answer.headers.get('upload-offset'));
}
const stateOf = async (url: string) => resumableStateSchema.parse(await (await fetch(url, { headers: ada })).json());

const fileOf = (url: string) => `${api.store}/incoming/tus/${url.split('/').at(-1)}`;
const sizeOf = async (path: string) => (await stat(path)).size;

/** Sends a part of what it announces and stays connected. */
async function stall(url: string, offset: number, bytes: Buffer, sent: number): Promise<ClientRequest> {
  const stalled = request(url, {
    method: 'PATCH',
    headers: { ...patchHeaders(offset), 'content-length': bytes.length - offset },
  });
  stalled.on('error', () => {});
  stalled.write(bytes.subarray(offset, offset + sent));
  await expect.poll(() => sizeOf(fileOf(url))).toBeGreaterThan(offset + sent / 2);
  return stalled;
}

async function readFault(answer: Response) {
  return { status: answer.status, ...errorBodySchema.parse(await answer.json()).error };
}

async function countRows() {
  const [row] = await api.db.execute(sql`select (select count(*)::int from objects) as objects,
    (select count(*)::int from uploads) as uploads, (select count(*)::int from runs) as runs`);
  return row;
}

test('cut five times, across two restarts, the file that arrives is the one that was sent', async () => {
  const picture = pictureOf(8 * 2 ** 20);
  const run = crypto.randomUUID();
  const url = await beginAt(picture.length, { run });
  for (let cuts = 0, offset = 0; cuts < 5; cuts += 1) {
    const sender = await stall(url, offset, picture, 1_500_000);
    sender.destroy();
    if (cuts % 2 === 1) await api.restart();
    const next = await offsetOf(url);
    expect(next).toBeGreaterThan(offset);
    expect(await stateOf(url)).toEqual({ state: 'receiving', offset: next, size: picture.length });
    offset = next;
  }
  const last = await offsetOf(url);
  const answer = await patch(url, last, picture.subarray(last));
  expect(answer.status).toBe(200);
  expect(answer.headers.get('upload-offset')).toBe(String(picture.length));
  const body = uploadAnswerSchema.parse(await answer.json());
  const sha256 = hash('sha256', picture);
  expect(body).toMatchObject({ run, objects: [{ sha256, fileName: 'picture.jpg', known: false }] });
  expect((await readFile(`${api.store}/${sha256.slice(0, 2)}/${sha256}`)).equals(picture)).toBe(true);

  // The same through the other door has the same answer, but for what is known by now.
  const form = new FormData();
  form.append('objects', new Blob([new Uint8Array(picture)]), 'picture.jpg');
  form.append('models', 'face_detect');
  form.append('run', run);
  const whole = await fetch(`${api.url}/model/predict`, { method: 'POST', headers: ada, body: form });
  expect(whole.status).toBe(202);
  const [object] = body.objects;
  expect(await whole.json()).toEqual({ ...body, objects: [{ ...object, known: true }] });
});

test('an answer that got lost is there to be asked for, and nothing is stored twice', async () => {
  const picture = pictureOf(100_000);
  const url = await beginAt(picture.length);
  const answer = await (await patch(url, 0, picture)).json();
  const rows = await countRows();
  expect(await offsetOf(url)).toBe(picture.length);
  expect(await stateOf(url)).toEqual({ state: 'done', answer });
  const again = await patch(url, picture.length, Buffer.alloc(0));
  expect({ status: again.status, body: await again.json() }).toEqual({ status: 200, body: answer });
  await api.restart();
  expect(await stateOf(url)).toEqual({ state: 'done', answer });
  expect(await countRows()).toEqual(rows);
  expect(await readdir(`${api.store}/incoming`)).toEqual(['tus']);
  await expect(stat(fileOf(url))).rejects.toThrow('ENOENT');
});

test('a check that breaks off is taken up again by whoever asks, after a restart too', async () => {
  const picture = pictureOf(100_000);
  const url = await beginAt(picture.length);
  const before = await countRows();
  const last = await api.db.transaction(async (tx) => {
    await tx.execute(sql`lock table objects in access exclusive mode`);
    const sending = patch(url, 0, picture);
    await expect.poll(async () => (await stateOf(url)).state).toBe('checking');
    const blocked = sql`select pg_cancel_backend(pid) from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`;
    await expect.poll(() => tx.execute(blocked)).toHaveLength(1);
    return sending;
  });
  expect(await readFault(last)).toMatchObject({ status: 500, code: 'internal' });
  expect(await countRows()).toEqual(before);
  await api.restart();
  expect(await offsetOf(url)).toBe(picture.length);
  await expect.poll(async () => (await stateOf(url)).state).toBe('done');
  expect(await countRows()).toMatchObject({ uploads: Number(before?.uploads) + 1 });
});

test('what is refused is refused as in a form, and its bytes go', async () => {
  const form = new FormData();
  form.append('objects', new Blob([new Uint8Array(pdf)]), 'clip.jpg');
  form.append('models', 'face_detect');
  const refused = await fetch(`${api.url}/model/predict`, { method: 'POST', headers: ada, body: form });
  const body = errorBodySchema.parse(await refused.json());

  const before = await countRows();
  const url = await beginAt(pdf.length, { filename: 'clip.jpg' });
  const answer = await patch(url, 0, pdf);
  expect({ status: answer.status, body: await answer.json() }).toEqual({ status: 415, body });
  expect(await stateOf(url)).toEqual({ state: 'failed', status: 415, ...body });
  const again = await patch(url, pdf.length, Buffer.alloc(0));
  expect({ status: again.status, body: await again.json() }).toEqual({ status: 415, body });
  await expect(stat(fileOf(url))).rejects.toThrow('ENOENT');
  expect(await readdir(`${api.store}/incoming`)).toEqual(['tus']);
  expect(await countRows()).toEqual(before);
});

const sound = { filename: 'picture.jpg', models: 'face_detect' };

test.each<
  [what: string, length: number | string, keys: Record<string, string>, status: number, code: string, message: RegExp]
>([
  ['no byte', 0, sound, 400, 'empty_file', /^picture\.jpg is empty$/],
  ['a byte too many', maxFileBytes + 1, sound, 413, 'file_too_large', /^picture\.jpg is larger than 67108864 bytes/],
  ['a length that is none', 'many', sound, 400, 'invalid_request', /upload-length/],
  ['a length past all numbers', '9007199254740993', sound, 400, 'invalid_request', /upload-length/],
  ['no name', 9, { models: 'face_detect' }, 400, 'invalid_request', /must have the key filename/],
  ['no models', 9, { filename: 'a' }, 400, 'no_models', /^You must specify models/],
  ['unknown models', 9, { ...sound, models: 'face_detect, nothing' }, 400, 'invalid_models', /: nothing$/],
  [
    'a model of another type',
    9,
    { ...sound, models: 'ner_text', model_type: 'image' },
    400,
    'invalid_models',
    /^ner_text takes text; none of the files is text/,
  ],
  ['a type that is none', 9, { ...sound, model_type: 'picture' }, 400, 'invalid_request', /model_type is one of/],
  ['a run that is no UUID', 9, { ...sound, run: '1; drop table runs' }, 400, 'invalid_request', /run is a UUID/],
  ['an unknown key', 9, { ...sound, colour: 'red' }, 400, 'invalid_request', /Unknown key colour/],
])('%s is refused before a byte has come', async (_, length, keys, status, code, message) => {
  const before = await readdir(`${api.store}/incoming/tus`);
  expect(await readFault(await begin(length, keys))).toMatchObject({
    status,
    code,
    message: expect.stringMatching(message),
  });
  expect(await readdir(`${api.store}/incoming/tus`)).toEqual(before);
});

test('every fault is listed, and no length is no upload', async () => {
  const faults = await readFault(await begin(0, { models: 'nothing', run: 'x' }));
  expect(faults.details.map(({ code, field }) => field ?? code)).toEqual(['empty_file', 'filename', 'models', 'run']);
  const headers = { ...ada, 'upload-defer-length': '1', 'upload-metadata': metadataOf(sound) };
  const deferred = await fetch(`${api.url}/upload/tus`, { method: 'POST', headers });
  expect(await readFault(deferred)).toMatchObject({ status: 400, message: expect.stringContaining('Upload-Length') });
});

test('a disk without room and somebody else’s run are refused before a byte has come', async () => {
  const roomless = await startTestApi({ limits: { fileBytes: Number.MAX_SAFE_INTEGER } });
  try {
    await roomless.addModels({ face_detect: ['image'] });
    const answer = await fetch(`${roomless.url}/upload/tus`, {
      method: 'POST',
      headers: {
        ...ada,
        ...(await roomless.signIn()),
        'upload-length': String(2 ** 52),
        'upload-metadata': metadataOf(sound),
      },
    });
    expect(await readFault(answer)).toMatchObject({ status: 507, code: 'storage_full' });
  } finally {
    await roomless.close();
  }
  const run = crypto.randomUUID();
  await api.db.execute(
    sql`insert into runs (id, asked_by, case_id) select ${run}::uuid, private_of, id from cases where private_of = 'eve'`,
  );
  expect(await readFault(await begin(9, { ...sound, run }))).toMatchObject({ status: 404, code: 'run_not_found' });
});

test('an upload is its owner’s: to others it is not there', async () => {
  const picture = pictureOf(100_000);
  const url = await beginAt(picture.length);
  const mine = await begin(9, sound, eve);
  expect(mine.status).toBe(201);
  const detour = `${api.url}${mine.headers.get('location')}?/${url.split('/').at(-1)}`;
  for (const method of ['HEAD', 'GET', 'PATCH', 'DELETE']) {
    const headers = { ...eve, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' };
    const answer = await fetch(url, { method, headers, ...(method === 'PATCH' && { body: 'x' }) });
    expect(answer.status, method).toBe(404);
    if (method === 'HEAD') continue;
    expect(await readFault(answer)).toMatchObject({ code: 'upload_not_found' });
  }
  expect((await fetch(detour, { method: 'DELETE', headers: eve })).status).toBe(204);
  expect(await offsetOf(url)).toBe(0);
  expect((await patch(url, 0, picture)).status).toBe(200);
});

test('after a day without a byte an upload is gone, and one that is worked on is not', async () => {
  const picture = pictureOf(100_000);
  const [old, young] = [await beginAt(picture.length), await beginAt(picture.length)];
  const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1000);
  for (const url of [old, young])
    for (const file of [fileOf(url), `${fileOf(url)}.json`]) await utimes(file, yesterday, yesterday);
  expect((await fetch(old, { method: 'HEAD', headers: ada })).status).toBe(410);
  for (const answer of [await fetch(old, { headers: ada }), await patch(old, 0, picture)])
    expect(await readFault(answer)).toMatchObject({ status: 410, code: 'upload_expired' });
  const now = new Date();
  await utimes(fileOf(young), now, now);
  await api.restart();
  await expect.poll(() => readdir(`${api.store}/incoming/tus`)).not.toContain(old.split('/').at(-1));
  expect((await fetch(old, { headers: ada })).status).toBe(404);
  expect(await offsetOf(young)).toBe(0);
  const part = await patch(young, 0, picture.subarray(0, 10));
  expect(part.status).toBe(204);
  expect(Date.parse(part.headers.get('upload-expires') ?? '')).toBeGreaterThan(Date.now());
});

test('of two requests for one upload the later one has it, and no byte is out of place', async () => {
  const picture = pictureOf(4 * 2 ** 20);
  const url = await beginAt(picture.length);
  const first = await stall(url, 0, picture, 1_500_000);
  const wrong = await patch(url, 0, picture);
  expect(await readFault(wrong)).toMatchObject({ status: 409, code: 'offset_conflict' });
  const offset = await offsetOf(url);
  expect(offset).toBe(await sizeOf(fileOf(url)));
  first.write(picture.subarray(1_500_000));
  const answer = await patch(url, offset, picture.subarray(offset));
  expect(uploadAnswerSchema.parse(await answer.json()).objects[0]?.sha256).toBe(hash('sha256', picture));
  first.destroy();
});

test('an upload can be given up until its last byte', async () => {
  const picture = pictureOf(100_000);
  const url = await beginAt(picture.length);
  await patch(url, 0, picture.subarray(0, 60_000));
  expect((await fetch(url, { method: 'DELETE', headers: ada })).status).toBe(204);
  expect((await fetch(url, { method: 'HEAD', headers: ada })).status).toBe(404);
  expect(await readdir(`${api.store}/incoming/tus`)).not.toContain(url.split('/').at(-1));

  const done = await beginAt(picture.length);
  await patch(done, 0, picture);
  const late = await fetch(done, { method: 'DELETE', headers: ada });
  expect(await readFault(late)).toMatchObject({ status: 409, code: 'upload_complete' });
});

test('more bytes than announced are refused, and so is who speaks no tus', async () => {
  const url = await beginAt(9);
  expect(await readFault(await patch(url, 0, Buffer.alloc(10)))).toMatchObject({ status: 413, code: 'file_too_large' });
  const { 'tus-resumable': _, ...others } = ada;
  const silent = await fetch(url, { method: 'DELETE', headers: others });
  expect(silent.headers.get('tus-version')).toBe('1.0.0');
  expect(await readFault(silent)).toMatchObject({ status: 412, code: 'unknown_tus_version' });
});

test('no other site is let in', async () => {
  const url = await beginAt(9);
  const origin = 'http://elsewhere.example';
  const answers = [
    await fetch(`${api.url}/upload/tus`, { method: 'OPTIONS', headers: { ...ada, origin } }),
    await fetch(url, { method: 'HEAD', headers: { ...ada, origin } }),
    await fetch(url, { method: 'DELETE', headers: { ...ada, origin } }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([204, 200, 403]);
  const [options] = answers;
  expect(options?.headers.get('tus-extension')).toBe('creation,termination,expiration');
  expect(options?.headers.get('tus-max-size')).toBe(String(maxFileBytes));
  for (const { headers } of answers)
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  expect((await fetch(url, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } })).status).toBe(401);
});
