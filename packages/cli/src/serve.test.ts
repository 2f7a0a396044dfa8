import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '@assay/db';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { checkout } from './checkout.ts';
import { identifyProcess } from './process-identity.ts';

let dataDir: string;
let port: number;
const started = new Set<ChildProcess>();

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'assay-serve-'));
  await chmod(dataDir, 0o711);
  port = await findFreePort();
});
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL');
  await vi.waitFor(() => expect(runningOnFolder()).toEqual([]), { timeout: 10_000 });
  await rm(dataDir, { recursive: true, force: true });
});

/** `assay serve` with one real model, as a process of its own. */
function serve(overrides: Record<string, string> = {}) {
  const env = { ...process.env, ASSAY_DATA_DIR: dataDir, PORT: String(port), ASSAY_BUNDLED_MODELS: 'image_shape' };
  const child = spawn(process.execPath, [checkout.main, 'serve'], { env: { ...env, ...overrides }, stdio: 'pipe' });
  started.add(child);
  const said = { out: '', err: '' };
  child.stdout.on('data', (text) => {
    said.out += text;
  });
  child.stderr.on('data', (text) => {
    said.err += text;
  });
  const ended = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  const ready = () =>
    vi.waitFor(() => expect(said.out).toMatch(/Assay is ready at http:\/\/localhost:\d+ \(/), {
      timeout: 60_000,
      interval: 50,
    });
  return { child, said, ended, ready };
}

const runFolder = () => join(dataDir, 'run');
const readPid = (name: string) => Number(JSON.parse(readFileSync(join(runFolder(), `${name}.json`), 'utf8')).pid);
const listChildren = () =>
  readdirSync(runFolder())
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -5));

/** Processes that have the data folder in their command line or environment. */
function runningOnFolder(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        const about = ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8')).join('\0');
        return about.includes(dataDir);
      } catch {
        return false;
      }
    })
    .map(Number);
}

test('starts, survives the death of a child and of itself, refuses a second one, and stops without a trace', async () => {
  const first = serve();
  await first.ready();
  expect(first.said.out).toContain(`http://localhost:${port}/set-up?token=`);
  expect(listChildren().sort()).toEqual(['api', 'image_shape', 'postgres', 'worker']);

  const second = serve();
  expect(await second.ended).toEqual({ code: 1, signal: null });
  expect(second.said.err).toBe(
    `Assay is already running on this data folder (process ${first.child.pid}, ${dataDir}): stop it first, or set ASSAY_DATA_DIR and PORT for a second one.\n`,
  );

  const worker = readPid('worker');
  process.kill(worker, 'SIGKILL');
  await vi.waitFor(() => expect(readPid('worker')).not.toBe(worker), { timeout: 10_000 });
  expect(first.said.out).toContain('worker ended (killed by SIGKILL); starting it again in 0.2 s');

  const left = listChildren().map(readPid);
  first.child.kill('SIGKILL');
  await first.ended;
  const third = serve();
  await third.ready();
  expect(left.filter((pid) => identifyProcess(pid))).toEqual([]);

  const asked = Date.now();
  third.child.kill('SIGTERM');
  expect(await third.ended).toEqual({ code: 0, signal: null });
  expect(Date.now() - asked).toBeLessThan(5000);
  expect(runningOnFolder()).toEqual([]);
  expect(listChildren()).toEqual([]);
  expect(readFileSync(join(dataDir, 'logs/assay.log'), 'utf8')).toContain('database system is shut down');
}, 120_000);

test('a port that another program holds: one sentence, before anything is started', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-serve-'));
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  const refused = serve({ ASSAY_DATA_DIR: folder });
  expect(await refused.ended).toEqual({ code: 1, signal: null });
  expect(refused.said.err).toBe(`Port ${port} on 127.0.0.1 is taken by another program. Set PORT to a free one.\n`);
  expect(existsSync(join(folder, 'postgres'))).toBe(false);
  server.close();
  await rm(folder, { recursive: true });
});

test('a configuration with faults: all of them, and no stack', async () => {
  const refused = serve({ PORT: 'x', ASSAY_SECRET: 'short' });
  expect(await refused.ended).toEqual({ code: 1, signal: null });
  expect(refused.said.err).toBe(
    'The configuration is not valid:\n  PORT must be a number\n  ASSAY_SECRET must have at least 32 characters\n',
  );
});

test('stopped while it starts: exit code 0 and nothing left', async () => {
  const child = serve();
  await vi.waitFor(() => expect(child.said.out).toContain('Waiting for'), { timeout: 30_000, interval: 10 });
  child.child.kill('SIGINT');
  expect(await child.ended).toEqual({ code: 0, signal: null });
  expect(runningOnFolder()).toEqual([]);
}, 60_000);
