import { readdir, readFile, readlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { errorBodySchema, showFileName, uploadAnswerSchema } from '@assay/shared';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { measureFreeBytes } from '../free-space.ts';
import { startTestApi, type TestApi } from '../testing.ts';
import { type HostileRequest, hostileLimits, type Refusal } from './hostile/wire.ts';
import { hostileRequests } from './hostile-requests.ts';
import { sendRaw } from './send-raw.ts';

let api: TestApi;
let port: number;
let authorization: string;

beforeAll(async () => {
  api = await startTestApi({ limits: hostileLimits });
  port = Number(new URL(api.url).port);
  ({ authorization } = await api.signIn());
  await api.addModels({ face_detect: ['image'], image_shape: ['image'], ner_text: ['text'] });
});
afterAll(() => api.close());

/** Longer than every limit of time, and than a busy machine needs. */
const patienceMilliseconds = 15_000;

async function countRows() {
  const [row] = await api.db.execute(sql`select
    (select count(*)::int from objects) as objects, (select count(*)::int from uploads) as uploads,
    (select count(*)::int from runs) as runs, (select count(*)::int from predictions) as predictions,
    (select count(*)::int from pgboss.job) as jobs`);
  return row;
}

async function listStored(): Promise<string[]> {
  const entries = await readdir(api.store, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

/** Files of the store that this process, which the API runs in, has open. */
async function listOpenFiles(): Promise<string[]> {
  const handles = await readdir('/proc/self/fd');
  const paths = await Promise.all(
    handles.map((handle) => readlink(`/proc/self/fd/${handle}`).catch(() => 'closed by now')),
  );
  return paths.filter((path) => path.startsWith(api.store));
}

/** Connections to the API, on its side. */
async function countConnections(): Promise<number> {
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const [listening, timeWait] = ['0A', '06'];
  return (await readFile('/proc/net/tcp', 'utf8'))
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, from, , state]) => from === local && state !== listening && state !== timeWait).length;
}

async function expectNothingLeft() {
  await expect.poll(async () => [...(await readdir(`${api.store}/incoming`)), ...(await listOpenFiles())]).toEqual([]);
}

async function expectRefusal(send: HostileRequest['send'], expected: Refusal | 'no answer') {
  const before = [await countRows(), await listStored()];
  const answer = await sendRaw(port, send(authorization));
  if (expected === 'no answer') expect(answer).toBeUndefined();
  else {
    const { status, code, message = /./, ...detail } = expected;
    expect(answer?.status, answer?.body).toBe(status);
    const { error } = errorBodySchema.parse(JSON.parse(answer?.body ?? ''));
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    // In small letters only where Node's own writer was asked for it.
    expect(answer?.head).toMatch(/^content-type: application\/json; charset=utf-8$/im);
    if (Object.keys(detail).length > 0)
      expect(error.details[0]).toMatchObject({ code, message: error.message, ...detail });
  }
  await expectNothingLeft();
  expect([await countRows(), await listStored()]).toEqual(before);
}

async function expectTaken(send: HostileRequest['send'], files: [fileName: string, mediaType: string][]) {
  const answer = await sendRaw(port, send(authorization));
  expect(answer?.status, answer?.body).toBe(202);
  const { objects, run } = uploadAnswerSchema.parse(JSON.parse(answer?.body ?? ''));
  expect(objects.map(({ fileName, mediaType }) => [fileName, mediaType])).toEqual(files);
  const kept = await api.db.execute(sql`select file_name from uploads where run_id = ${run} order by position`);
  expect(kept.map((row) => row.file_name)).toEqual(files.map(([fileName]) => fileName));
  await expectNothingLeft();
}

const groups = Object.entries(hostileRequests);

for (const [group, requests] of groups)
  describe(group, () => {
    test.each(requests)(
      '$what',
      ({ send, expect: expected }) =>
        Array.isArray(expected) ? expectTaken(send, expected) : expectRefusal(send, expected),
      patienceMilliseconds,
    );
  });

test(
  'no connection stays open, and the API goes on',
  async () => {
    await expect.poll(countConnections, { timeout: patienceMilliseconds }).toBe(0);
    expect((await fetch(`${api.url}/readyz`)).status).toBe(503);
  },
  patienceMilliseconds,
);

test('a full disk is told before a byte of the body is read, whether its length is known or not', async () => {
  const full = await startTestApi({ limits: { minFreeBytes: 2 ** 60 } });
  try {
    const { authorization } = await full.signIn();
    const head = `POST /model/predict HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Type: multipart/form-data; boundary=b\r\n`;
    for (const rest of ['Content-Length: 1000\r\n\r\n', 'Transfer-Encoding: chunked\r\n\r\n']) {
      const answer = await sendRaw(Number(new URL(full.url).port), Buffer.from(head + rest));
      expect(answer?.status).toBe(507);
      const { error } = errorBodySchema.parse(JSON.parse(answer?.body ?? ''));
      expect(error).toMatchObject({ code: 'storage_full', details: [{ code: 'storage_full', limit: 0 }] });
    }
  } finally {
    await full.close();
  }
});

test('the space that a refused upload had asked for is there for the next', async () => {
  const free = await measureFreeBytes(tmpdir());
  const share = (of: number) => Math.floor(free * of);
  const roomy = await startTestApi({ limits: { minFreeBytes: share(0.2), requestBytes: free } });
  try {
    const { authorization } = await roomy.signIn();
    const head = [
      'POST /model/predict HTTP/1.1',
      'Host: assay',
      `Authorization: ${authorization}`,
      'Content-Type: multipart/form-data; boundary=b',
      `Content-Length: ${share(0.5)}`,
    ];
    for (let i = 0; i < 2; i++) {
      const answer = await sendRaw(Number(new URL(roomy.url).port), Buffer.from(`${head.join('\r\n')}\r\n\r\n--bad`));
      expect(answer?.status, answer?.body).toBe(400);
    }
  } finally {
    await roomy.close();
  }
});

test(
  'who does not read the answer is let go of, and so is the file',
  async () => {
    const bytes = Buffer.alloc(500_000, 'text for somebody who never reads it ');
    const form = new FormData();
    form.append('objects', new Blob([bytes]), 'unread.txt');
    form.append('models', 'ner_text');
    const upload = await fetch(`${api.url}/model/predict`, { method: 'POST', headers: { authorization }, body: form });
    const [object] = uploadAnswerSchema.parse(await upload.json()).objects;
    const ask = `GET /objects/${object?.sha256}/content HTTP/1.1\r\nHost: assay\r\nAuthorization: ${authorization}\r\n\r\n`;
    const socket = connect(port, '127.0.0.1').pause();
    // As many answers as no buffer between here and there holds.
    socket.on('error', () => {}).write(ask.repeat(40));
    await expect.poll(async () => (await listOpenFiles()).length, { timeout: 5000 }).toBeGreaterThan(0);
    await expect.poll(async () => (await listOpenFiles()).length, { timeout: patienceMilliseconds }).toBe(0);
    socket.destroy();
  },
  2 * patienceMilliseconds,
);

test('docs/hostile-requests.md is this table', async () => {
  await expect(describeTable()).toMatchFileSnapshot('../../../../docs/hostile-requests.md');
});

function describeTable(): string {
  const sections = groups.map(([group, requests]) => {
    const rows = requests.map(({ what, expect }) => `| ${what} | ${describeOutcome(expect)} |`);
    return `## ${group}\n\n| request | answer |\n|---|---|\n${rows.join('\n')}\n`;
  });
  const intro =
    'What `POST /model/predict` does with requests that no client library would send, and with some that are odd and right.\n' +
    'Each is sent over a bare socket by `packages/api/src/routes/hostile-upload.test.ts`, which also writes this page (`vitest -u`), and looks\n' +
    'after each of them that no temporary file, open file, row or job is left. The limits are small ones, for the test; their names and\n' +
    'defaults are in the [README](../README.md#configuration).\n';
  return `# Hostile requests\n\n${intro}\n${sections.join('\n')}`;
}

function describeOutcome(outcome: HostileRequest['expect']): string {
  if (outcome === 'no answer') return 'nobody to answer; nothing is left';
  if (Array.isArray(outcome)) {
    const shown = outcome.slice(0, 2).map(([name, type]) => `${quoteName(name)}, ${type}`);
    return `202: ${shown.join('; ')}${outcome.length > 2 ? `; … (${outcome.length} files)` : ''}`;
  }
  const { status, code, field, file, limit } = outcome;
  const named = Object.entries({ field, file: file && quoteName(file), limit }).filter(
    ([, value]) => value !== undefined,
  );
  return `${status} \`${code}\`${named.map(([key, value]) => `, ${key} ${value}`).join('')}`;
}

function quoteName(name: string): string {
  const short = name.length > 40 ? `${[...name].slice(0, 20).join('')}… (${[...name].length} characters)` : name;
  return `\`${showFileName(short).replaceAll('|', '\\|')}\``;
}
