import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { launchServer, type ServerCommand, type ServerUnderTest, startServer } from '@assay/kit-node/testing';
import { prepareTestEnvironment } from '@assay/python/testing';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';

/*
 * What the kits promise, the one for TypeScript and the one for Python, held against each of them: a model server with
 * the same manifest, whose predict does what the object says.
 */
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const folder = new URL('test-folders/obeys/', import.meta.url);
const serveNode = here('../kit-node/src/fixtures/serve.ts');
const environment = await prepareTestEnvironment({
  linked: here('.').replace(/\/$/, ''),
  // The same environment as for the folders of the old system.
  requirements: here('test-folders/old-image/requirements.txt'),
});

const scratch = mkdtempSync(join(tmpdir(), 'kit-test-'));
afterAll(() => rmSync(scratch, { recursive: true }));
let files = 0;
const newFile = () => join(scratch, String(++files));
const newFolder = () => mkdtempSync(join(scratch, 'tmp-'));
const patience = { timeout: 10_000, interval: 5 };
const fileAppears = (path: string) => vi.waitFor(() => expect(existsSync(path)).toBe(true), patience);

describe('kit-node', () =>
  testKit({ command: process.execPath, args: [serveNode, here('test-folders/obeys/model.json')] }));
if ('lacking' in environment) test.skip(`lacking ${environment.lacking}: the kit for models in Python`);
else describe('kit-python', () => testKit({ command: environment.python, args: ['-m', 'assay_kit', '.'] }));

function testKit(command: ServerCommand) {
  const objects = newFolder();
  let server: ServerUnderTest;
  beforeAll(async () => {
    server = await startServer(folder, { ...command, env: { TMPDIR: objects } });
  });
  afterAll(async () => {
    expect(await server.stop()).toBe(0);
  });
  const post = (order: object, init: RequestInit = {}, url = server.url) =>
    fetch(`${url}/predict`, { method: 'POST', body: JSON.stringify(order), ...init });
  const reach = (status: string) =>
    vi.waitFor(async () => expect((await server.health()).status).toBe(status), patience);
  const read = async (response: Response) => ({ status: response.status, body: (await response.json()) as object });
  const error = (message: unknown) => ({ error: { message } });
  /** Sends text as it is; resolves with what comes back until `until` or the end. */
  const sendRaw = (text: string, until: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(text));
      let all = '';
      socket.on('data', (data) => {
        all += data;
        if (until.test(all)) socket.destroy();
      });
      socket.once('close', () => resolve(all));
      socket.once('error', reject);
    });

  test('it registers itself once it is loaded, with its key, until it is taken', async () => {
    const asked: unknown[] = [];
    const taken = Promise.withResolvers<void>();
    const assay = createServer(async (request, response) => {
      const body: unknown = JSON.parse(await text(request));
      asked.push([request.method, request.url, request.headers['x-api-key'], body]);
      // Not yet, the first time.
      response.writeHead(asked.length === 1 ? 503 : 201).end('{}');
      if (asked.length === 2) taken.resolve();
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void assay.close());
    await once(assay, 'listening');
    const env = {
      TMPDIR: newFolder(),
      ASSAY_REGISTER_URL: `http://127.0.0.1:${(assay.address() as AddressInfo).port}/`,
      ASSAY_API_KEY: 'assay_key',
    };
    const registering = await startServer(folder, { ...command, env });
    await taken.promise;
    expect(asked).toEqual(Array(2).fill(['POST', '/model/register', 'assay_key', { url: registering.url }]));
    expect(await registering.stop()).toBe(0);
  });

  test('what it can’t register with ends it with code 1 and a line that says what is missing', async () => {
    const { command: program, args } = command;
    const { ASSAY_API_KEY: _, ...env } = process.env;
    const child = spawn(program, args, {
      cwd: here('test-folders/obeys'),
      env: { ...env, ASSAY_REGISTER_URL: 'http://a' },
    });
    const [[code], said] = await Promise.all([once(child, 'exit'), text(child.stderr)]);
    expect(code).toBe(1);
    expect(said).toContain('ASSAY_API_KEY is not: a key with the scope models:register');
  });

  test('GET /model is the manifest, with what it leaves out filled in', async () => {
    expect((await read(await fetch(`${server.url}/model`))).body).toEqual({
      ...JSON.parse(readFileSync(here('test-folders/obeys/model.json'), 'utf8')),
      title: '',
      description: '',
      licence: '',
      emits: [],
      tags: [],
    });
  });

  test('a prediction gets the body as a file and what the headers say; the file is gone after it', async () => {
    const headers = {
      'content-type': 'text/plain',
      'assay-object': 'abc',
      'assay-prediction': '7',
      'assay-file-name': 'caf%C3%A9.txt',
    };
    const { result } = (await (await post({ do: 'tell' }, { headers })).json()) as { result: Record<string, string> };
    expect(result).toEqual({
      path: expect.stringContaining(join(objects, 'assay-obeys-')),
      size: 13,
      sha256: 'abc',
      prediction: '7',
      file_name: 'café.txt',
      mime: 'text/plain',
    });
    await vi.waitFor(() => expect(existsSync(String(result.path))).toBe(false), patience);
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
    ['refuse', 422, /^This is not a picture$/],
    ['raise', 500, /A defect$/],
    ['exit', 500, /3\)?$/],
    ['NaN', 500, /^The model's answer is not valid: result\.number: /],
    ['nothing', 500, /result/],
    ['another class', 500, /^The answer has classes that the manifest lacks: colour$/],
    ['a box outside', 500, /^The model's answer is not valid: annotations\.0\.box\.width: /],
    ['crash', 500, /^The process of the prediction ended \(SIGABRT\)$/],
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
    const chunked = await post({}, { body: new Blob(['{}']).stream(), duplex: 'half' } as RequestInit);
    expect(await read(chunked)).toEqual({ status: 411, body: error('Content-Length is missing') });
    const what = 'There is no GET /predictions: GET /health, GET /model, GET /metrics and POST /predict';
    expect(await read(await fetch(`${server.url}/predictions`))).toEqual({ status: 404, body: error(what) });
  });

  test('a large body is refused before any of it has come', async () => {
    const head = 'POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000000\r\n\r\n';
    expect(await sendRaw(head, /413/)).toContain('413');
  });

  test('a sender of more bytes than it says gets 400, and the next one is answered', async () => {
    const body = JSON.stringify({ do: 'refuse' });
    const head = `POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n`;
    expect(await sendRaw(`${head}${body}and much more\r\n\r\n`, /400 Bad Request/)).toContain('400 Bad Request');
    expect((await post({ do: 'answer' })).status).toBe(200);
  });

  test('a sender of fewer bytes than it says leaves no file and no place taken', async () => {
    const before = readdirSync(objects, { recursive: true });
    const head = 'POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"do"';
    const sockets = [1, 2].map(() => connect(Number(new URL(server.url).port), '127.0.0.1'));
    for (const socket of sockets) socket.write(head);
    await reach('busy');
    for (const socket of sockets) socket.destroy();
    await reach('ready');
    await vi.waitFor(() => expect(readdirSync(objects, { recursive: true })).toEqual(before), patience);
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

  test('after limits.timeoutSeconds a prediction is told to end and is 504', async () => {
    const cancelled = newFile();
    const answer = await read(await post({ do: 'wait for the end', cancelled }));
    expect(answer).toEqual({ status: 504, body: error('No prediction within 3 s') });
    expect(existsSync(cancelled)).toBe(true);
    expect((await post({ do: 'answer' })).status).toBe(200);
  });

  test('a prediction that never ends is killed and is 504; health answers meanwhile', async () => {
    const started = newFile();
    const spinning = post({ do: 'spin', started });
    await fileAppears(started);
    expect((await server.health()).status).toBe('ready');
    expect(await read(await spinning)).toEqual({ status: 504, body: error('No prediction within 3 s') });
    const pid = Number(readFileSync(started, 'utf8'));
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(), patience);
  });

  test('a caller that goes away cancels its prediction', async () => {
    const [started, cancelled] = [newFile(), newFile()];
    const caller = new AbortController();
    const gone = post({ do: 'wait for the end', started, cancelled }, { signal: caller.signal }).catch(() => 'gone');
    await fileAppears(started);
    caller.abort();
    expect(await gone).toBe('gone');
    // Before limits.timeoutSeconds, which would do it too.
    await vi.waitFor(() => expect(existsSync(cancelled)).toBe(true), { timeout: 2_500, interval: 5 });
    await reach('ready');
  });

  test('GET /metrics counts predictions by status, and those whose caller went away', async () => {
    const fresh = await startServer(folder, command);
    onTestFinished(() => void fresh.stop());
    const readMetrics = async () => (await fetch(`${fresh.url}/metrics`)).text();
    const metric = (name: string, value: number, status?: string) =>
      expect.stringMatching(
        new RegExp(
          `^${name}\\{(?=.*model="obeys")(?=.*version="1.0.0")${status ? `(?=.*status="${status}")` : ''}.*\\} ${value}(\\.0)?$`,
          'm',
        ),
      );
    expect((await fetch(`${fresh.url}/metrics`)).headers.get('content-type')).toMatch(/^text\/plain; version=/);
    await (await post({ do: 'answer' }, {}, fresh.url)).text();
    await (await post({ do: 'refuse' }, {}, fresh.url)).text();
    const started = newFile();
    const caller = new AbortController();
    const gone = post({ do: 'wait for the end', started }, { signal: caller.signal }, fresh.url).catch(() => 'gone');
    await fileAppears(started);
    expect(await readMetrics()).toEqual(metric('assay_model_running', 1));
    expect(await readMetrics()).toEqual(metric('assay_model_concurrency', 2));
    caller.abort();
    await gone;
    await vi.waitFor(async () => {
      const text = await readMetrics();
      for (const status of ['200', '422', 'cancelled'])
        expect(text).toEqual(metric('assay_model_predictions_total', 1, status));
      expect(text).toEqual(metric('assay_model_prediction_seconds_count', 1));
      expect(text).toEqual(metric('assay_model_running', 0));
    }, patience);
  });

  test('SIGTERM lets what runs end, leaves no file, and the exit code is 0', async () => {
    const TMPDIR = newFolder();
    const stopped = await startServer(folder, { ...command, env: { TMPDIR } });
    const [started, until] = [newFile(), newFile()];
    const answer = post({ do: 'wait', started, until }, {}, stopped.url);
    await fileAppears(started);
    expect(readdirSync(TMPDIR)).not.toEqual([]);
    const end = stopped.stop();
    await vi.waitFor(() => expect(fetch(`${stopped.url}/health`)).rejects.toThrow(), patience);
    writeFileSync(until, '');
    expect((await answer).status).toBe(200);
    expect(await end).toBe(0);
    expect(readdirSync(TMPDIR)).toEqual([]);
  });

  test('SIGTERM does not wait for ever', async () => {
    const TMPDIR = newFolder();
    const stopped = await startServer(folder, { ...command, env: { TMPDIR } });
    const started = newFile();
    const answer = post({ do: 'spin', started }, {}, stopped.url);
    await fileAppears(started);
    expect(await stopped.stop()).toBe(0);
    expect((await answer).status).toBeGreaterThanOrEqual(503);
    expect(readdirSync(TMPDIR)).toEqual([]);
  });

  test('health says starting, and then what init raised', async () => {
    const file = newFile();
    const failing = await launchServer(folder, { ...command, env: { TEST_FILE: file } });
    expect(await failing.health()).toEqual({ status: 'starting' });
    const early = await failing.post('{}');
    expect([early.status, early.headers.get('retry-after')]).toEqual([503, '1']);
    writeFileSync(file, 'fail');
    const failed = { status: 'failed', detail: expect.stringMatching(/^(RuntimeError: )?The weights are missing$/) };
    await vi.waitFor(async () => expect(await failing.health()).toEqual(failed), patience);
    expect((await failing.post('{}')).status).toBe(503);
    expect(await failing.stop()).toBe(0);
  });
}
