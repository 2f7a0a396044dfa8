import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, readdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { administrator, startTestApi, type TestApi } from '@assay/api/testing';
import type { KeyScope } from '@assay/shared';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { checkout } from '../checkout.ts';
import { createAssayClient, signIn } from '../index.ts';
import { makeTestFolder } from '../testing.ts';
import { readLines, runIngest, startIngest, startProxy } from './testing.ts';

let api: TestApi;
let cwd: string;

beforeAll(async () => {
  api = await startTestApi();
  await api.addModels({ faces: ['image'], voices: ['audio', 'video'], names: ['text'] });
});
afterAll(() => api.close());

// Each is a process of its own, and starting one takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 });
beforeEach(async () => {
  cwd = await makeTestFolder();
  await mkdir(join(cwd, 'case/phone'), { recursive: true });
});

const put = (path: string, bytes: string | Buffer) => writeFile(join(cwd, path), bytes);
const putSample = (name: string, path: string) => copyFile(join(checkout.root, 'samples', name), join(cwd, path));
const all = ['case', '--models', 'all'];

/** Of the store: what was said to be in has its bytes there. */
async function countObjects(): Promise<number> {
  const names = await readdir(api.store, { recursive: true });
  return names.filter((name) => /[0-9a-f]{64}$/.test(name)).length;
}

/** Texts that no other test has. */
async function putTexts(count: number, word: string): Promise<void> {
  for (let i = 0; i < count; i++) await put(`case/${i}.txt`, `Text ${i} of ${word}, ${cwd}.\n`);
}

test('a key with the scope upload is enough, and one without it is told so', async () => {
  await put('case/note.txt', 'A note under a key.');
  const admin = await api.signIn();
  const keyFor = async (scope: KeyScope) => (await api.makeKey(admin, [scope])).headers['x-api-key'];
  const env = { ASSAY_USERNAME: '', ASSAY_PASSWORD: '' };
  const uploaded = await runIngest(api.url, all, { cwd, env: { ...env, ASSAY_API_KEY: await keyFor('upload') } });
  expect(uploaded).toMatchObject({ code: 0 });
  const refused = await runIngest(api.url, all, { cwd, env: { ...env, ASSAY_API_KEY: await keyFor('read') } });
  expect(refused.code).toBe(2);
  expect(refused.out).toMatch(/The API key read does not have the scope upload/);
});

test('--case says by name into which case everything goes, and a case that is not there ends it', async () => {
  await put('case/note.txt', 'A note for the harbour.');
  await putTexts(2, 'the harbour');
  const admin = await api.signIn();
  const { id } = await api.mutate<{ id: string }>('cases.create', admin, { name: 'Harbour 12' });
  expect(await runIngest(api.url, [...all, '--case', 'Harbour 12'], { cwd })).toMatchObject({ code: 0 });
  const rows = await api.db.execute(`select 1 from uploads where case_id = '${id}'`);
  expect(rows).toHaveLength(3);
  // Known by now, and linked into another case.
  expect(await runIngest(api.url, all, { cwd })).toMatchObject({ code: 0 });
  const again = await api.db.execute(`select 1 from uploads u join cases c on c.id = u.case_id
    where c.private_of is not null and u.object_id in (select object_id from uploads where case_id = '${id}')`);
  expect(again).toHaveLength(3);
  const lost = await runIngest(api.url, [...all, '--case', 'Harbour 13'], { cwd });
  expect(lost.code).toBe(2);
  expect(lost.out).toContain('There is no case Harbour 13 that you may upload into');
});

test('everything in a folder has its line, and a second time nothing is sent', async () => {
  await putSample('astronaut.jpg', 'case/phone/.hidden.jpg');
  await putSample('clip.mp4', 'case/clip.jpg');
  await putSample('speech.wav', 'case/speech.wav');
  await put('case/twice-1.txt', 'The same words.');
  await put('case/twice-2.txt', 'The same words.');
  await put('case/empty.txt', '');
  await put('case/document.jpg', '%PDF-1.7\n%âãÏÓ\n1 0 obj\n');
  await writeFile(Buffer.concat([Buffer.from(join(cwd, 'case/caf')), Buffer.from([0xe9, 0x0a])]), 'A name in Latin-1.');
  await symlink(join(cwd, 'case/speech.wav'), join(cwd, 'case/link'));
  await symlink(cwd, join(cwd, 'case/around'));
  const socket = createServer().listen(join(cwd, 'case/socket'));
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());

  const before = await countObjects();
  const first = await runIngest(api.url, [...all, '--json'], { cwd });
  expect(first).toMatchObject({ code: 1 });
  const { outcomes, summary } = readLines(first.out);
  const brief = outcomes.map(({ path, state, mediaType, error }) => [path, state, mediaType ?? error?.code]);
  expect(brief.filter(([path]) => !path?.includes('twice')).sort()).toEqual([
    ['case/around', 'skipped', 'symbolic_link'],
    ['case/café\n', 'stored', 'text'],
    ['case/clip.jpg', 'stored', 'video'],
    ['case/document.jpg', 'refused', 'unsupported_media'],
    ['case/empty.txt', 'refused', 'empty_file'],
    ['case/link', 'skipped', 'symbolic_link'],
    ['case/phone/.hidden.jpg', 'stored', 'image'],
    ['case/socket', 'skipped', 'not_a_file'],
    ['case/speech.wav', 'stored', 'audio'],
  ]);
  expect(brief.flatMap(([path, state]) => (path?.includes('twice') ? [state] : [])).sort()).toEqual([
    'known',
    'stored',
  ]);
  expect(outcomes.find(({ path }) => path === 'case/clip.jpg')?.mismatch).toEqual({
    extension: 'jpg',
    mime: 'video/mp4',
  });
  expect(summary).toMatchObject({
    files: 11,
    states: { stored: 5, known: 1, refused: 2, failed: 0, skipped: 3 },
    reasons: { symbolic_link: 2, not_a_file: 1, empty_file: 1, unsupported_media: 1 },
    exitCode: 1,
  });
  expect(await countObjects()).toBe(before + 5);
  const run = await fetchRun(String(summary.run));
  expect(run.map(({ fileName }) => fileName).sort()).toEqual(
    ['café\n', 'clip.jpg', 'phone/.hidden.jpg', 'speech.wav', 'twice-1.txt', 'twice-2.txt'].map(
      (name) => `case/${name}`,
    ),
  );

  const proxy = await startProxy(api.url);
  const second = readLines((await runIngest(proxy.url, [...all, '--json'], { cwd })).out);
  expect(second.summary).toMatchObject({
    sentBytes: 0,
    states: { stored: 0, known: 6, refused: 2, failed: 0, skipped: 3 },
  });
  expect(proxy.counted.bytes).toBeLessThan(3000);
  expect(await fetchRun(String(second.summary.run))).toHaveLength(6);
});

async function fetchRun(id: string): Promise<{ fileName: string }[]> {
  const client = createAssayClient({ url: api.url, token: await signIn({ url: api.url, ...administrator }) });
  return (await client.trpc.runs.get.query({ id })).objects;
}

test('people get a list of what is not in, a table and the address of the run', async () => {
  await putSample('speech.wav', 'case/speech.wav');
  await put('case/empty.txt', '');
  await put('case/note.txt', `A note in ${cwd}`);
  const { code, out } = await runIngest(api.url, ['case/', 'case/note.txt', '--models', 'names'], { cwd });
  expect(code).toBe(1);
  expect(out).toContain('empty_file: 1 file\n  case/empty.txt: It is empty\n');
  expect(out).toContain('invalid_models: 1 file\n  case/speech.wav: None of the chosen models takes audio\n');
  expect(out).toMatch(/^text {13}2 /m);
  expect(out).toContain('2 of 4 files in, 1 of them known before; 2 refused, 0 failed, 0 skipped');
  expect(out).toMatch(new RegExp(`^Run: ${api.url}/runs/[0-9a-f-]{36}$`, 'm'));
});

test('a file that the disk does not give is a failure, and the rest goes in', async () => {
  await put('case/note.txt', `Another note in ${cwd}`);
  const { code, out } = await runIngest(api.url, ['/proc/self/mem', ...all, '--json'], { cwd });
  expect(code).toBe(1);
  expect(
    readLines(out)
      .outcomes.map(({ state, error }) => [state, error?.code])
      .sort(),
  ).toEqual([
    ['failed', 'unreadable'],
    ['stored', undefined],
  ]);
});

test('--exclude goes by name or by path, --model-type by content', async () => {
  await put('case/a.tmp', 'Temporary.');
  await put('case/phone/b.txt', 'A text on a phone.');
  await put('case/c.txt', `A text in ${cwd}`);
  await putSample('speech.mp3', 'case/speech.mp3');
  const options = ['--exclude', '*.tmp', '--exclude', 'phone/**', '--model-type', 'text', '--json'];
  const { code, out } = await runIngest(api.url, [...options, ...all], { cwd });
  expect(code).toBe(1);
  expect(
    readLines(out)
      .outcomes.map(({ path, state, error }) => [path, state, error?.code])
      .sort(),
  ).toEqual([
    ['case/a.tmp', 'skipped', 'excluded'],
    ['case/c.txt', 'stored', undefined],
    ['case/phone/b.txt', 'skipped', 'excluded'],
    ['case/speech.mp3', 'refused', 'invalid_type'],
  ]);
});

test('exit code 0 when all files are in', async () => {
  await put('case/c.txt', `All there is in ${cwd}`);
  expect(await runIngest(api.url, all, { cwd })).toMatchObject({ code: 0 });
});

test.each<[what: string, args: string[], env: Record<string, string>, said: string]>([
  ['no models', ['case'], {}, "required option '--models <names>' not specified"],
  ['no path', ['--models', 'all'], {}, "missing required argument 'path'"],
  ['an unknown model', ['case', '--models', 'names,nope'], {}, 'There is no model nope. There are:\n  faces (image)\n'],
  ['a path that is not there', ['case', 'cases', ...all], {}, 'cases is not there'],
  [
    'an unknown type',
    [...all, '--model-type', 'smell'],
    {},
    '--model-type is one of image, video, audio, text, not smell',
  ],
  [
    'a type that no model takes',
    ['case', '--models', 'names', '--model-type', 'audio'],
    {},
    'None of the chosen models takes audio',
  ],
  ['a bad number', [...all, '--concurrency', '0'], {}, '--concurrency is 1 to 64'],
  ['a bad address', [...all, '--url', 'here'], {}, '--url must be a URL such as http://localhost:5000'],
  [
    'nobody there',
    [...all, '--url', 'http://127.0.0.1:9'],
    {},
    "http://127.0.0.1:9 can't be reached: nobody listens there",
  ],
  ['a wrong key', all, { ASSAY_API_KEY: 'wrong' }, 'Sign in first'],
  ['a wrong token', all, { ASSAY_TOKEN: 'wrong' }, 'Sign in first'],
  ['a wrong password', all, { ASSAY_PASSWORD: 'wrong password' }, 'User name or password is wrong'],
  ['nobody signed in', all, { ASSAY_PASSWORD: '' }, 'Nobody is signed in: set ASSAY_API_KEY'],
])('exit code 2 and a sentence: %s', async (_, args, env, said) => {
  await put('case/c.txt', 'Never sent.');
  const ended = await runIngest(api.url, args, { cwd, env });
  expect(ended).toMatchObject({ code: 2, out: '' });
  expect(ended.err).toContain(said);
  expect(ended.err).not.toContain('    at ');
});

test('killed in the middle and run again: what is in is linked, the rest is sent', async () => {
  await putTexts(150, 'a kill');
  const { child, ended } = startIngest(api.url, [...all, '--json', '--concurrency', '2'], { cwd });
  await untilLines(child.stdout, 20);
  child.kill('SIGKILL');
  await ended;
  const again = readLines((await runIngest(api.url, [...all, '--json'], { cwd })).out);
  const { stored = 0, known = 0 } = again.summary.states as Record<string, number>;
  expect(known).toBeGreaterThanOrEqual(20);
  expect(stored).toBeGreaterThan(0);
  expect(stored + known).toBe(150);
});

test('Ctrl-C: what was begun is finished and told, exit code 130', async () => {
  await putTexts(150, 'an interruption');
  const before = await countObjects();
  const { child, ended } = startIngest(api.url, [...all, '--json', '--concurrency', '2'], { cwd });
  await untilLines(child.stdout, 20);
  child.kill('SIGINT');
  const { code, out } = await ended;
  expect(code).toBe(130);
  const { outcomes, summary } = readLines(out);
  expect(summary).toMatchObject({ isInterrupted: true, exitCode: 130 });
  expect(outcomes.every(({ state }) => state === 'stored')).toBe(true);
  expect(outcomes.length).toBeLessThan(150);
  expect(await countObjects()).toBe(before + outcomes.length);
});

async function untilLines(stream: NodeJS.ReadableStream | null, wanted: number): Promise<void> {
  let seen = 0;
  while (stream && seen < wanted) seen += String(await once(stream, 'data')).split('\n').length - 1;
}

test('a line that breaks now and then loses nothing', async () => {
  await putTexts(12, 'a bad line');
  let requests = 0;
  const swallow = (path: string, socket: Socket) => {
    const isBroken = path === '/model/predict' && requests++ % 3 === 0;
    if (isBroken) socket.destroy();
    return isBroken;
  };
  const proxy = await startProxy(api.url, { swallow });
  const { code, out } = await runIngest(proxy.url, [...all, '--json'], { cwd });
  expect(code).toBe(0);
  expect(readLines(out).outcomes).toHaveLength(12);
});

const largeBytes = 48 << 20;

/** A recording that is mostly silence, so that it takes no room here. */
async function putLarge(path: string, size: number): Promise<void> {
  await putSample('speech.wav', path);
  await truncate(join(cwd, path), size);
}

test('a large file goes on where the line broke', async () => {
  await putLarge('case/broken.wav', largeBytes);
  let cuts = 0;
  const onBytes = (bytes: number, socket: Socket) => {
    if (bytes > (cuts + 1) * (12 << 20) && cuts < 3) {
      cuts += 1;
      socket.destroy();
    }
  };
  const proxy = await startProxy(api.url, { onBytes });
  const { code, out } = await runIngest(proxy.url, [...all, '--json'], { cwd });
  expect(code).toBe(0);
  expect(cuts).toBe(3);
  expect(proxy.counted.bytes).toBeLessThan(1.5 * largeBytes);
  const [outcome] = readLines(out).outcomes;
  expect(outcome).toMatchObject({
    state: 'stored',
    size: largeBytes,
    mediaType: 'audio',
    sha256: await hashOf('case/broken.wav'),
  });
});

test('a large file goes on where a killed command was, and is in the run of the second', async () => {
  await putLarge('case/killed.wav', largeBytes + 1);
  const proxy = await startProxy(api.url, {
    onBytes: (bytes) => void (bytes > 24 << 20 && bytes < 30 << 20 && first.child.kill('SIGKILL')),
  });
  const first = startIngest(proxy.url, [...all, '--json'], { cwd });
  expect(await first.ended).toMatchObject({ code: null, out: '' });
  const before = proxy.counted.bytes;
  const { code, out } = await runIngest(proxy.url, [...all, '--json'], { cwd });
  expect(code).toBe(0);
  const { outcomes, summary } = readLines(out);
  expect(outcomes[0]).toMatchObject({ state: 'stored', sha256: await hashOf('case/killed.wav') });
  expect(proxy.counted.bytes - before).toBeLessThan(largeBytes - (8 << 20));
  expect(await fetchRun(String(summary.run))).toMatchObject([{ fileName: 'case/killed.wav' }]);
  expect(await readdir(join(cwd, 'assay/uploads'))).toEqual([]);
});

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(join(cwd, path)), hash);
  return hash.digest('hex');
}
