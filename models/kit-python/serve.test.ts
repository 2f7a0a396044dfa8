import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchServer, type ServerUnderTest, startServer } from '@assay/kit-node/testing';
import { prepareTestEnvironment } from '@assay/python/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const environment = await prepareTestEnvironment({
  linked: here('.').replace(/\/$/, ''),
  // The same environment as for this folder's own test.
  requirements: here('test-folders/old-image/requirements.txt'),
});
const folder = new URL('test-folders/obeys/', import.meta.url);

const scratch = mkdtempSync(join(tmpdir(), 'kit-test-'));
afterAll(() => rmSync(scratch, { recursive: true }));
let files = 0;
const newFile = () => join(scratch, String(++files));
const fileAppears = (path: string, timeout = 10_000) =>
  vi.waitFor(() => expect(existsSync(path)).toBe(true), { timeout, interval: 5 });

if ('lacking' in environment) test.skip(`lacking ${environment.lacking}: the kit for models in Python`);
else describe('the kit for models in Python', () => testKit(environment.python));

function testKit(python: string) {
  const command = { command: python, args: ['-m', 'assay_kit', '.'] };
  let server: ServerUnderTest;
  beforeAll(async () => {
    server = await startServer(folder, command);
  });
  afterAll(async () => {
    expect(await server.stop()).toBe(0);
  });
  const post = (order: object, init: { headers?: Record<string, string>; signal?: AbortSignal } = {}) =>
    fetch(`${server.url}/predict`, { method: 'POST', body: JSON.stringify(order), ...init });
  const reach = (status: string) =>
    vi.waitFor(async () => expect((await server.health()).status).toBe(status), { timeout: 10_000, interval: 10 });

  test('a prediction gets the body as a file and what the headers say; the file is gone after it', async () => {
    const headers = {
      'content-type': 'text/plain',
      'assay-object': 'abc',
      'assay-prediction': '7',
      'assay-file-name': 'caf%C3%A9.txt',
    };
    const { result } = (await (await post({ do: 'tell' }, { headers })).json()) as { result: Record<string, string> };
    expect(result).toEqual({
      path: expect.stringContaining(join(tmpdir(), 'assay-obeys-')),
      size: 13,
      sha256: 'abc',
      prediction: '7',
      file_name: 'café.txt',
      mime: 'text/plain',
    });
    await vi.waitFor(() => expect(existsSync(String(result.path))).toBe(false));
  });

  test('an answer is as the protocol has it: classes are filled in, what it does not know is left out', async () => {
    expect(await server.predict(JSON.stringify({ do: 'answer' }))).toEqual({
      classes: ['number'],
      result: { number: expect.any(Number) },
      annotations: [{ label: 'x', score: 1 }],
    });
  });

  test('an answer has U+FFFD for what no database keeps', async () => {
    const answer = await server.predict(JSON.stringify({ do: 'what no database keeps' }));
    expect(answer).toMatchObject({ result: { path: ['a\uFFFDb', '\uFFFD'] }, annotations: [{ text: 'c\uFFFD' }] });
  });

  test.each([
    ['refuse', 422, 'This is not a picture'],
    ['raise', 500, "KeyError: 'A defect'"],
    ['exit', 500, 'SystemExit: 3'],
    ['NaN', 500, /not valid: result\.number: NaN is not a number/],
    ['set', 500, /result\.number: a set is nothing that JSON has/],
    ['nothing', 500, 'predict returned None; it has to return a dict with "result"'],
    ['another class', 500, /lacks: colour/],
    ['crash', 500, /ended \(SIGABRT\)/],
  ])('an object that makes it "%s" is %d, and the next one is answered', async (order, status, message) => {
    const refusal = await server.refusal(JSON.stringify({ do: order }));
    expect(refusal).toEqual({ status, message: expect.stringMatching(message) });
    expect((await post({ do: 'answer' })).status).toBe(200);
  });

  test('text that is not UTF-8 is 422', async () => {
    const refusal = await server.refusal(new Uint8Array([0xff, 0xfe, 0x41]));
    expect(refusal).toEqual({ status: 422, message: 'This is not text in UTF-8' });
  });

  test('an empty body is 422, too large a one 413, one without a length 411, an unknown path 404', async () => {
    expect(await server.refusal('')).toEqual({ status: 422, message: 'The object is empty' });
    const large = await server.refusal('x'.repeat(1001));
    expect(large).toEqual({ status: 413, message: 'The object has 1001 bytes; this model takes at most 1000' });
    const body = new Blob(['{}']).stream();
    const chunked = await fetch(`${server.url}/predict`, { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect([chunked.status, await chunked.json()]).toEqual([411, { error: { message: 'Content-Length is missing' } }]);
    const unknown = await fetch(`${server.url}/predictions`);
    expect([unknown.status, await unknown.text()]).toEqual([404, expect.stringContaining('POST /predict')]);
  });

  test('a large body is refused before any of it has come', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
      socket.write('POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000000\r\n\r\n');
      socket.once('data', (data) => {
        resolve(String(data));
        socket.destroy();
      });
      socket.once('error', reject);
    });
    expect(answer).toContain('413');
  });

  test('beyond limits.concurrency a prediction is 503 with Retry-After, and health is busy', async () => {
    const [first, second, until] = [newFile(), newFile(), newFile()];
    const both = [first, second].map((started) => post({ do: 'wait', started, until }));
    await Promise.all([fileAppears(first), fileAppears(second)]);
    expect(readFileSync(first, 'utf8')).not.toBe(readFileSync(second, 'utf8'));
    expect((await server.health()).status).toBe('busy');
    const third = await post({ do: 'answer' });
    expect([third.status, third.headers.get('retry-after')]).toEqual([503, '1']);
    writeFileSync(until, '');
    expect((await Promise.all(both)).map(({ status }) => status)).toEqual([200, 200]);
    await reach('ready');
  });

  test('a prediction that never ends is killed and is 504; health answers meanwhile', async () => {
    const started = newFile();
    const spinning = post({ do: 'spin', started });
    await fileAppears(started);
    expect((await server.health()).status).toBe('ready');
    const answer = await spinning;
    expect([answer.status, await answer.json()]).toEqual([504, { error: { message: 'No prediction within 3 s' } }]);
    const pid = Number(readFileSync(started, 'utf8'));
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow());
  });

  test('a caller that goes away cancels its prediction', async () => {
    const [started, cancelled] = [newFile(), newFile()];
    const caller = new AbortController();
    const gone = post({ do: 'wait for the end', started, cancelled }, { signal: caller.signal }).catch(() => 'gone');
    await fileAppears(started);
    caller.abort();
    expect(await gone).toBe('gone');
    // Before limits.timeoutSeconds, which would do it too.
    await fileAppears(cancelled, 2_500);
  });

  test('SIGTERM lets what runs end, and the exit code is 0', async () => {
    const stopped = await startServer(folder, command);
    const [started, until] = [newFile(), newFile()];
    const answer = fetch(`${stopped.url}/predict`, {
      method: 'POST',
      body: JSON.stringify({ do: 'wait', started, until }),
    });
    await fileAppears(started);
    const end = stopped.stop();
    await vi.waitFor(() => expect(fetch(`${stopped.url}/health`)).rejects.toThrow(), { timeout: 2_000 });
    writeFileSync(until, '');
    expect((await answer).status).toBe(200);
    expect(await end).toBe(0);
  });

  test('health says starting, and then what init raised', async () => {
    const file = newFile();
    const failing = await launchServer(folder, { ...command, env: { TEST_FILE: file } });
    expect(await failing.health()).toEqual({ status: 'starting' });
    const early = await failing.post('{}');
    expect([early.status, early.headers.get('retry-after')]).toEqual([503, '1']);
    writeFileSync(file, 'fail');
    const failed = { status: 'failed', detail: 'RuntimeError: The weights are missing' };
    await vi.waitFor(async () => expect(await failing.health()).toEqual(failed), { timeout: 10_000 });
    expect((await failing.post('{}')).status).toBe(503);
    expect(await failing.stop()).toBe(0);
  });
}
