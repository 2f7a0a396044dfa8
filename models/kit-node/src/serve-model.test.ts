import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

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
