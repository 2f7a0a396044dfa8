import { existsSync, mkdtempSync, rmSync } from 'node:fs';
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

test('objects of a model whose manifest has no emits are a 500 that says so', async () => {
  const { post } = await start([]);
  const response = await post({});
  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({
    error: { message: expect.stringMatching(/emits of the manifest names no/) },
  });
});
