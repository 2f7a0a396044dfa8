import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { manifestSchema } from '@assay/shared';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { type RunningModel, startModel } from './start-model.ts';

const scratch = mkdtempSync(join(tmpdir(), 'kit-test-'));
const running: RunningModel[] = [];
let files = 0;

afterEach(async () => {
  await Promise.all(running.splice(0).map((model) => model.close()));
});
afterAll(() => rmSync(scratch, { recursive: true }));

const newFile = () => join(scratch, String(++files));
const told = ['number', 'path', 'size', 'sha256', 'prediction', 'fileName', 'mime'];

const obeys = new URL('./fixtures/obeys.ts', import.meta.url);

async function start(limits: object = {}, predictor = obeys) {
  const manifest = manifestSchema.parse({
    protocol: 'assay/1',
    name: 'test_model',
    version: '1.0.0',
    accepts: ['text'],
    classes: told,
    limits,
  });
  const model = await startModel(manifest, predictor, { host: '127.0.0.1', port: 0 });
  running.push(model);
  return model;
}

const getHealth = async (url: string) => (await (await fetch(`${url}/health`)).json()) as { status: string };
const reachHealth = (url: string, status: string) =>
  vi.waitFor(async () => expect((await getHealth(url)).status).toBe(status), { timeout: 10_000, interval: 10 });
const fileAppears = (path: string) =>
  vi.waitFor(() => expect(existsSync(path)).toBe(true), { timeout: 10_000, interval: 5 });

async function startReady(limits: object = {}) {
  const { url, close } = await start(limits);
  await reachHealth(url, 'ready');
  const post = (order: object, options: RequestInit = {}) =>
    fetch(`${url}/predict`, { method: 'POST', body: JSON.stringify(order), ...options });
  return { url, close, post };
}

async function read(response: Response) {
  const body = (await response.json()) as { error?: { message: string }; result?: Record<string, unknown> };
  return { status: response.status, message: body.error?.message, result: body.result };
}

/** Sends bytes as they are and resolves with everything that comes back until the server or `until` ends it. */
function sendRaw(url: string, text: string, until: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
    let all = '';
    socket.on('data', (chunk) => {
      all += chunk;
      if (until.test(all)) socket.destroy();
    });
    socket.on('close', () => resolve(all));
    socket.on('error', reject);
  });
}

describe('a prediction', () => {
  test('gets the body as a file and what the headers say', async () => {
    const { post } = await startReady();
    const response = await post(
      { do: 'tell' },
      {
        headers: {
          'content-type': 'text/plain; charset=utf-8',
          'assay-object': 'ab'.repeat(32),
          'assay-prediction': 'p-1',
          'assay-file-name': 'na%C3%AFve%20plan.txt',
        },
      },
    );
    const { result } = await read(response);
    expect(result).toMatchObject({
      size: 13,
      sha256: 'ab'.repeat(32),
      prediction: 'p-1',
      fileName: 'naïve plan.txt',
      mime: 'text/plain; charset=utf-8',
    });
    await vi.waitFor(() => expect(existsSync(String(result?.path))).toBe(false));
  });

  test('leaves no file behind when the model stops', async () => {
    const { post, close } = await startReady();
    const { result } = await read(await post({ do: 'tell' }));
    const folder = dirname(String(result?.path));
    expect(existsSync(folder)).toBe(true);
    await close();
    running.pop();
    expect(existsSync(folder)).toBe(false);
  });

  test('that the object can not be given is a 422 with the author’s words', async () => {
    const { post } = await startReady();
    expect(await read(await post({ do: 'refuse' }))).toMatchObject({ status: 422, message: 'This is not a picture' });
  });

  test('of text that is not UTF-8 is a 422', async () => {
    const { url } = await startReady();
    const response = await fetch(`${url}/predict`, { method: 'POST', body: new Uint8Array([0xff, 0xfe, 0x41]) });
    expect(await read(response)).toMatchObject({ status: 422, message: 'This is not text in UTF-8' });
  });

  test.each([
    ['throw', 'A defect'],
    ['answer NaN', /result\.number/],
    ['answer nothing', /not valid: result/],
    ['answer a box outside', /annotations\.0\.box\.width/],
    ['answer a class that is not in the manifest', /lacks: colour/],
  ])('that says "%s" is a 500 that names what is wrong', async (order, message) => {
    const { post } = await startReady();
    const answer = await read(await post({ do: order }));
    expect(answer).toMatchObject({ status: 500, message: expect.stringMatching(message) });
  });

  test('has U+FFFD for what no database keeps', async () => {
    const { post } = await startReady();
    const answer = await (await post({ do: 'answer what no database keeps' })).json();
    expect(answer).toMatchObject({ result: { path: ['a\uFFFDb', '\uFFFD'] }, annotations: [{ text: 'c\uFFFD' }] });
  });

  test('that crashes its process is a 500, and the next one is answered', async () => {
    const { post, url } = await startReady();
    expect(await read(await post({ do: 'crash' }))).toMatchObject({
      status: 500,
      message: 'The process of the prediction ended (SIGABRT)',
    });
    expect((await getHealth(url)).status).toBe('ready');
    expect((await post({ do: 'answer' })).status).toBe(200);
  });
});

describe('what is refused before it is read', () => {
  test('a body without Content-Length is 411', async () => {
    const { url } = await startReady();
    const chunks = new Blob(['{}']).stream();
    const response = await fetch(`${url}/predict`, { method: 'POST', body: chunks, duplex: 'half' } as RequestInit);
    expect(await read(response)).toMatchObject({ status: 411, message: 'Content-Length is missing' });
  });

  test('a body over limits.maxBytes is 413, and none of it is waited for', async () => {
    const { url } = await startReady({ maxBytes: 10 });
    const answer = await new Promise((resolve, reject) => {
      const request = httpRequest(
        `${url}/predict`,
        { method: 'POST', headers: { 'content-length': 11 } },
        (response) => {
          resolve(response.statusCode);
          request.destroy();
        },
      );
      request.on('error', reject);
      request.flushHeaders();
    });
    expect(answer).toBe(413);
  });

  test('an empty body is 422', async () => {
    const { url } = await startReady();
    const response = await fetch(`${url}/predict`, { method: 'POST', body: '' });
    expect(await read(response)).toMatchObject({ status: 422, message: 'The object is empty' });
  });

  test('an unknown path is 404 and says what there is', async () => {
    const { url } = await startReady();
    expect(await read(await fetch(`${url}/predictions`))).toMatchObject({
      status: 404,
      message: expect.stringContaining('POST /predict'),
    });
  });
});

describe('a sender that lies', () => {
  test('about more bytes than it sends leaves no file and no place taken', async () => {
    const { url, post } = await startReady();
    const { result } = await read(await post({ do: 'tell' }));
    const folder = dirname(String(result?.path));
    await new Promise<void>((resolve) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => {
        socket.write('POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"do"');
        void reachHealth(url, 'busy').then(() => socket.destroy());
      });
      socket.on('close', () => resolve());
    });
    await reachHealth(url, 'ready');
    await vi.waitFor(() => expect(readdirSync(folder)).toEqual([]));
  });

  test('about fewer bytes than it sends gets 400, and the next one is answered', async () => {
    const { url, post } = await startReady();
    const body = '{"do":"x"}';
    const head = `POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n`;
    const all = await sendRaw(url, `${head}${body}and much more\r\n\r\n`, /400 Bad Request/);
    expect(all).toContain('400 Bad Request');
    await reachHealth(url, 'ready');
    expect((await post({ do: 'answer' })).status).toBe(200);
  });
});

describe('limits', () => {
  test('beyond limits.concurrency a prediction is 503 with Retry-After, and health is busy', async () => {
    const { url, post } = await startReady({ concurrency: 2 });
    const [first, second, goOn] = [newFile(), newFile(), newFile()];
    const both = [first, second].map((started) => post({ do: 'wait for a file', started, aborted: goOn }));
    await Promise.all([fileAppears(first), fileAppears(second)]);
    expect(readFileSync(first, 'utf8')).not.toBe(readFileSync(second, 'utf8'));
    expect((await getHealth(url)).status).toBe('busy');
    const third = await post({ do: 'answer' });
    expect(third.headers.get('retry-after')).toBe('1');
    expect((await read(third)).status).toBe(503);
    writeFileSync(goOn, '');
    expect((await Promise.all(both)).map(({ status }) => status)).toEqual([200, 200]);
    await reachHealth(url, 'ready');
  });

  test('after limits.timeoutSeconds the signal is aborted and the answer is 504', async () => {
    const { post } = await startReady({ timeoutSeconds: 0.3 });
    const aborted = newFile();
    const answer = await read(await post({ do: 'wait for the signal', aborted }));
    expect(answer).toMatchObject({ status: 504, message: 'No prediction within 0.3 s' });
    expect(existsSync(aborted)).toBe(true);
    expect((await post({ do: 'answer' })).status).toBe(200);
  });

  test('a prediction that never ends is killed, health answers meanwhile, and the next one is answered', async () => {
    const { url, post } = await startReady({ timeoutSeconds: 0.5 });
    const started = newFile();
    const spinning = post({ do: 'spin', started });
    await fileAppears(started);
    expect((await getHealth(url)).status).toBe('busy');
    expect((await read(await spinning)).status).toBe(504);
    const { result } = await read(await post({ do: 'answer' }));
    expect(String(result?.number)).not.toBe(readFileSync(started, 'utf8'));
  });

  test('a caller that goes away aborts the signal and frees the place', async () => {
    const { url, post } = await startReady();
    const [started, aborted] = [newFile(), newFile()];
    const caller = new AbortController();
    const gone = post({ do: 'wait for the signal', started, aborted }, { signal: caller.signal }).catch(() => 'gone');
    await fileAppears(started);
    caller.abort();
    expect(await gone).toBe('gone');
    await fileAppears(aborted);
    await reachHealth(url, 'ready');
  });
});

describe('starting', () => {
  test('is said by health and refused as 503 until init is done', async () => {
    const file = newFile();
    vi.stubEnv('ASSAY_TEST_FILE', file);
    const { url } = await start({}, new URL('./fixtures/starts-on-file.ts', import.meta.url));
    expect((await getHealth(url)).status).toBe('starting');
    const early = await fetch(`${url}/predict`, { method: 'POST', body: 'x' });
    expect([early.status, early.headers.get('retry-after')]).toEqual([503, '1']);
    writeFileSync(file, '');
    await reachHealth(url, 'ready');
    vi.unstubAllEnvs();
  });

  test('that fails is said by health with what init threw', async () => {
    const { url } = await start({}, new URL('./fixtures/fails-to-start.ts', import.meta.url));
    await reachHealth(url, 'failed');
    expect(await getHealth(url)).toEqual({ status: 'failed', detail: 'The weights are missing' });
    expect((await fetch(`${url}/predict`, { method: 'POST', body: 'x' })).status).toBe(503);
  });

  test('GET /model answers the manifest with its limits filled in', async () => {
    const { url } = await startReady();
    expect(await (await fetch(`${url}/model`)).json()).toMatchObject({
      name: 'test_model',
      limits: { concurrency: 1, timeoutSeconds: 60 },
    });
  });
});

test('GET /metrics counts predictions by status, and those whose caller went away', async () => {
  const { url, post } = await startReady();
  const readMetrics = async () => (await fetch(`${url}/metrics`)).text();
  await (await post({ do: 'answer' })).text();
  await (await post({ do: 'refuse' })).text();
  const started = newFile();
  const caller = new AbortController();
  const gone = post({ do: 'wait for the signal', started }, { signal: caller.signal }).catch(() => 'gone');
  await fileAppears(started);
  expect(await readMetrics()).toMatch(/^assay_model_running\{model="test_model",version="1.0.0"\} 1$/m);
  caller.abort();
  await gone;
  await vi.waitFor(async () => {
    const text = await readMetrics();
    for (const status of ['200', '422', 'cancelled'])
      expect(text).toContain(`assay_model_predictions_total{status="${status}",model="test_model",version="1.0.0"} 1`);
    expect(text).toMatch(/^assay_model_prediction_seconds_count\{.*\} 1$/m);
    expect(text).toMatch(/^assay_model_running\{.*\} 0$/m);
  });
});
