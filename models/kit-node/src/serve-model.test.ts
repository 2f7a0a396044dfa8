import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test, vi } from 'vitest';

const scratch = mkdtempSync(join(tmpdir(), 'kit-test-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const good = {
  protocol: 'assay/1',
  name: 'test_model',
  version: '1.0.0',
  accepts: ['text'],
  limits: { concurrency: 2 },
};

function serve(manifest: unknown, env: NodeJS.ProcessEnv = {}) {
  const file = join(scratch, 'model.json');
  writeFileSync(file, typeof manifest === 'string' ? manifest : JSON.stringify(manifest));
  const program = fileURLToPath(new URL('./fixtures/serve.ts', import.meta.url));
  return spawn(process.execPath, [program, file], {
    env: { ...process.env, PORT: '0', TMPDIR: scratch, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function serveReady() {
  const child = serve(good);
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const { url } = JSON.parse(line);
  await vi.waitFor(async () => expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: 'ready' }), {
    timeout: 10_000,
    interval: 10,
  });
  return { child, url: url as string };
}

const ended = async (child: ChildProcess) => (await once(child, 'exit'))[0] as number | null;

test.each([
  [
    'a type that does not exist',
    { ...good, accepts: ['picture'] },
    'accepts[0] is "picture"; allowed: image, video, audio, text',
  ],
  ['another protocol', { ...good, protocol: 'assay/9' }, 'protocol is "assay/9"; allowed: assay/1'],
  ['a bad name', { ...good, name: 'Face-Detect' }, 'name is "Face-Detect": A name is a-z'],
  ['a bad version', { ...good, version: '1' }, 'version is "1": A version is semantic'],
  ['no name', { ...good, name: undefined }, 'name is missing'],
  ['a bad limit', { ...good, limits: { concurrency: 0 } }, 'limits.concurrency is 0'],
  ['no JSON', '{', "can't be read as JSON"],
])('a manifest with %s ends the process with code 1 and a line that names it', async (_, manifest, message) => {
  const child = serve(manifest);
  const [code, log] = await Promise.all([ended(child), text(child.stderr)]);
  expect(code).toBe(1);
  expect(JSON.parse(log.trim()).message).toContain(message);
});

test('a PORT that is none ends the process with code 1', async () => {
  const child = serve(good, { PORT: 'http' });
  const [code, log] = await Promise.all([ended(child), text(child.stderr)]);
  expect(code).toBe(1);
  expect(JSON.parse(log.trim()).message).toBe('PORT is "http"; allowed: 0 (any free port) to 65535');
});

test('SIGTERM lets what runs finish, refuses the rest, and ends with code 0', async () => {
  const { child, url } = await serveReady();
  const [started, goOn] = [join(scratch, 'started'), join(scratch, 'go-on')];
  const body = JSON.stringify({ do: 'wait for a file', started, aborted: goOn });
  const running = fetch(`${url}/predict`, { method: 'POST', body });
  await vi.waitFor(() => expect(existsSync(started)).toBe(true), { timeout: 10_000, interval: 5 });
  child.kill('SIGTERM');
  await vi.waitFor(async () => expect(await fetch(`${url}/health`).catch(() => 'closed')).toBe('closed'), {
    timeout: 2_000,
    interval: 5,
  });
  const code = ended(child);
  writeFileSync(goOn, '');
  expect((await running).status).toBe(200);
  expect(await code).toBe(0);
});

test('SIGTERM does not wait for ever', async () => {
  const { child, url } = await serveReady();
  const started = join(scratch, 'spinning');
  const body = JSON.stringify({ do: 'spin', started });
  const running = fetch(`${url}/predict`, { method: 'POST', body });
  await vi.waitFor(() => expect(existsSync(started)).toBe(true), { timeout: 10_000, interval: 5 });
  child.kill('SIGTERM');
  expect(await ended(child)).toBe(0);
  expect((await running).status).toBe(503);
});
