import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manifestSchema } from '@assay/shared';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { type RunningModel, startModel } from './start-model.ts';

const scratch = mkdtempSync(join(tmpdir(), 'kit-test-'));
const running: RunningModel[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((model) => model.close()));
});
afterAll(() => rmSync(scratch, { recursive: true }));

async function start(emits: string[] = ['text']) {
  const manifest = manifestSchema.parse({
    ...{ protocol: 'assay/1', name: 'emitter', version: '1.0.0', accepts: ['text'], emits },
  });
  const model = await startModel(manifest, new URL('./fixtures/emits.ts', import.meta.url), {
    host: '127.0.0.1',
    port: 0,
  });
  running.push(model);
  const health = async () => ((await (await fetch(`${model.url}/health`)).json()) as { status: string }).status;
  await vi.waitFor(async () => expect(await health()).toBe('ready'), { timeout: 10_000, interval: 10 });
  const post = (order: object) => fetch(`${model.url}/predict`, { method: 'POST', body: JSON.stringify(order) });
  return { url: model.url, post, health };
}

test('objects follow the prediction in a form, and are gone from the disk after it', async () => {
  const { post } = await start();
  const response = await post({ bytes: 3_000_000 });
  const text = await response.clone().text();
  expect(text).toContain(
    'Content-Type: text/plain\r\nassay-derivation: {"time":{"start":1.5,"end":2},"label":"na\\u00efve \\u2702\\n"}\r\n\r\nfirst\r\n',
  );
  const form = await response.formData();
  expect([...form.keys()]).toEqual(['prediction', 'object', 'object']);
  const [, second] = form.getAll('object') as File[];
  expect(second?.size).toBe(3_000_000);
  const { result, classes } = JSON.parse(String(form.get('prediction')));
  expect(classes).toEqual(['folder']);
  await vi.waitFor(() => expect(existsSync(result.folder)).toBe(false));
});

test.each([
  ['/etc/passwd', /\/etc\/passwd is no file in the folder/],
  ['../../x', /no file in the folder/],
  ['link', /link is no file in the folder/],
  ['.', /no file in the folder/],
])('the path %s of an object is a 500 that names it', async (path, message) => {
  const { post } = await start();
  const response = await post({ path });
  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({ error: { message: expect.stringMatching(message) } });
});

test('objects of a model whose manifest has no emits are a 500 that says so', async () => {
  const { post } = await start([]);
  const response = await post({});
  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({
    error: { message: expect.stringMatching(/emits of the manifest names no/) },
  });
});

test('a caller who goes away amid the objects gives the place back, and nothing stays on the disk', async () => {
  const { url, health } = await start();
  const order = JSON.stringify({ bytes: 50_000_000 });
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(`POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: ${order.length}\r\n\r\n${order}`);
  const folder = await new Promise<string>((resolve) => {
    let said = '';
    socket.on('data', (bytes) => {
      if (said.length < 10_000) said += bytes.toString('latin1');
      const [, path] = /"folder":"([^"]+)"/.exec(said) ?? [];
      if (!path) return;
      // It reads no further: what it has not taken can't have been sent.
      socket.pause();
      resolve(path);
    });
  });
  expect(existsSync(folder)).toBe(true);
  expect(await health()).toBe('busy');
  socket.destroy();
  await vi.waitFor(() => expect(existsSync(folder)).toBe(false), { timeout: 10_000 });
  await vi.waitFor(async () => expect(await health()).toBe('ready'), { timeout: 10_000 });
});
