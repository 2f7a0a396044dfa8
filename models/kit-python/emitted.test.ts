import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type ServerCommand, type ServerUnderTest, startServer } from '@assay/kit-node/testing';
import { prepareTestEnvironment } from '@assay/python/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

/* What the kits promise of objects that models emit, held against each of them. */
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const folder = new URL('test-folders/emits/', import.meta.url);
const environment = await prepareTestEnvironment({
  linked: here('.').replace(/\/$/, ''),
  requirements: here('test-folders/old-image/requirements.txt'),
});
const patience = { timeout: 20_000, interval: 10 };

describe('kit-node', () =>
  testKit({
    command: process.execPath,
    args: [here('../kit-node/src/fixtures/serve.ts'), here('test-folders/emits/model.json'), './emits.ts'],
  }));
if ('lacking' in environment) test.skip(`lacking ${environment.lacking}: the kit for models in Python`);
else describe('kit-python', () => testKit({ command: environment.python, args: ['-m', 'assay_kit', '.'] }));

function testKit(command: ServerCommand) {
  let server: ServerUnderTest;
  beforeAll(async () => {
    server = await startServer(folder, command);
  });
  afterAll(async () => {
    expect(await server.stop()).toBe(0);
  });
  const post = (order: object) => server.post(JSON.stringify(order));

  test('objects follow the prediction in a form, and are gone from the disk after it', async () => {
    const { answer, objects } = await server.derive(JSON.stringify({ bytes: 3_000_000 }));
    expect(objects.map(({ bytes, ...about }) => ({ ...about, size: bytes.length }))).toEqual([
      { mime: 'text/plain', derivation: { time: { start: 1.5, end: 2 }, label: 'naïve ✂\n' }, size: 5 },
      { mime: 'text/plain', derivation: {}, size: 3_000_000 },
    ]);
    expect(answer.classes).toEqual(['folder']);
    await vi.waitFor(() => expect(existsSync(String(answer.result.folder))).toBe(false), patience);
  });

  test.each([
    ['/etc/passwd', /\/etc\/passwd is no file in the folder/],
    ['../../x', /no file in the folder/],
    ['link', /link is no file in the folder/],
    ['.', /no file in the folder/],
  ])('the path %s of an object is a 500 that names it', async (path, message) => {
    const response = await post({ path });
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ error: { message: expect.stringMatching(message) } });
  });

  test('a caller who goes away amid the objects gives the place back, and nothing stays on the disk', async () => {
    const order = JSON.stringify({ bytes: 50_000_000 });
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.write(`POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: ${order.length}\r\n\r\n${order}`);
    const made = await new Promise<string>((resolve) => {
      let said = '';
      socket.on('data', (bytes) => {
        if (said.length < 10_000) said += bytes.toString('latin1');
        const [, path] = /"folder": ?"([^"]+)"/.exec(said) ?? [];
        if (!path) return;
        // It reads no further: what it has not taken can't have been sent.
        socket.pause();
        resolve(path);
      });
    });
    expect(existsSync(made)).toBe(true);
    expect((await server.health()).status).toBe('busy');
    socket.destroy();
    await vi.waitFor(() => expect(existsSync(made)).toBe(false), patience);
    await vi.waitFor(async () => expect((await server.health()).status).toBe('ready'), patience);
  });
}
