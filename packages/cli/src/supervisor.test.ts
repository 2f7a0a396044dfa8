import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { ChildSpec } from './child.ts';
import { stopLeftovers } from './leftovers.ts';
import { identifyProcess, isAlive } from './process-identity.ts';
import { Supervisor } from './supervisor.ts';
import { makeTestFolder } from './testing.ts';

/** A supervisor whose children's lines can be waited for. */
async function openSupervisor(stopWithinMs?: number) {
  const runFolder = await makeTestFolder();
  const lines: string[] = [];
  const warnings: string[] = [];
  const writeLine = (child: string, line: string) => void lines.push(`${child} ${line}`);
  const supervisor = new Supervisor({
    runFolder,
    logFile: { path: '', log: pino({ level: 'silent' }), writeLine },
    warn: (sentence) => warnings.push(sentence),
    ...(stopWithinMs ? { stopWithinMs } : {}),
  });
  onTestFinished(() => supervisor.kill());
  const until = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 10 });
  return { supervisor, runFolder, lines, warnings, until };
}

const script = (name: string, code: string, graceMs = 1000): ChildSpec => ({
  name,
  command: process.execPath,
  args: ['-e', code],
  env: {},
  stopSignal: 'SIGTERM',
  graceMs,
});

const obedient = `setInterval(() => {}, 1000); process.on('SIGTERM', () => { console.log('stopping'); process.exit(); }); console.log(process.pid);`;
const deaf = `setInterval(() => {}, 1000); process.on('SIGTERM', () => {}); console.log(process.pid);`;

test('who dies is started again, after a pause that doubles, and it is said', async () => {
  const { supervisor, lines, warnings, until } = await openSupervisor();
  const started = Date.now();
  supervisor.start([script('weak', 'console.log("here"); process.exit(3)')]);
  await until(() => expect(lines).toHaveLength(3));
  expect(Date.now() - started).toBeGreaterThanOrEqual(600);
  expect(warnings.slice(0, 2)).toEqual([
    'weak ended (exit code 3); starting it again in 0.2 s',
    'weak ended (exit code 3); starting it again in 0.4 s',
  ]);
  await supervisor.stop();
});

test('a command that is not there is said like any other end', async () => {
  const { supervisor, warnings, until } = await openSupervisor();
  supervisor.start([{ ...script('ghost', ''), command: '/nowhere/ghost' }]);
  await until(() => expect(warnings[0]).toMatch(/^ghost ended \(spawn .*ENOENT\)/));
  await supervisor.stop();
});

test('stages stop in reverse order, and nothing of them is left', async () => {
  const { supervisor, lines, runFolder, until } = await openSupervisor();
  for (const name of ['first', 'second', 'third']) supervisor.start([script(name, obedient)]);
  await until(() => expect(lines).toHaveLength(3));
  expect((await readdir(runFolder)).sort()).toEqual(['first.json', 'second.json', 'third.json']);
  const pids = lines.map((line) => Number(line.split(' ')[1]));
  await supervisor.stop();
  await until(() => expect(lines.slice(3)).toEqual(['third stopping', 'second stopping', 'first stopping']));
  expect(pids.filter((pid) => identifyProcess(pid))).toEqual([]);
  expect(await readdir(runFolder)).toEqual([]);
});

test('who does not stop is killed with all it started, and the rest is stopped in order', async () => {
  const { supervisor, lines, until } = await openSupervisor();
  const withGrandchild = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(deaf)}], { stdio: 'inherit' }); ${deaf}`;
  supervisor.start([script('base', obedient)]);
  supervisor.start([script('deaf', withGrandchild, 200)]);
  await until(() => expect(lines).toHaveLength(3));
  const pids = lines.map((line) => Number(line.split(' ')[1]));
  await supervisor.stop();
  await until(() => expect(pids.filter((pid) => identifyProcess(pid))).toEqual([]));
  await until(() => expect(lines.at(-1)).toBe('base stopping'));
});

test('what a child leaves behind when it ends by itself goes with it', async () => {
  const { supervisor, lines, until } = await openSupervisor();
  const parent = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(deaf)}], { stdio: 'inherit' });
    setTimeout(() => process.exit(1), 300);`;
  supervisor.start([script('parent', parent)]);
  await until(() => expect(lines).toHaveLength(1));
  const pid = Number(lines[0]?.split(' ')[1]);
  await until(() => expect(identifyProcess(pid)).toBeUndefined());
  await supervisor.stop();
});

test('the whole stop has a limit, however long each may take', async () => {
  const { supervisor, lines, until } = await openSupervisor(300);
  supervisor.start([script('slow', deaf, 60_000)]);
  supervisor.start([script('slower', deaf, 60_000)]);
  await until(() => expect(lines).toHaveLength(2));
  const started = Date.now();
  await supervisor.stop();
  expect(Date.now() - started).toBeLessThan(1000);
});

test('a stop during the pause before a new start ends it', async () => {
  const { supervisor, warnings, until } = await openSupervisor();
  supervisor.start([script('weak', 'process.exit(1)')]);
  await until(() => expect(warnings).toHaveLength(3));
  await supervisor.stop();
  expect(warnings).toHaveLength(3);
});

test('children that a killed Assay left are ended by the next start; another process with their number is not', async () => {
  const runFolder = await makeTestFolder();
  const orphan = spawn(process.execPath, ['-e', deaf], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  const stranger = spawn(process.execPath, ['-e', obedient], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void stranger.kill('SIGKILL'));
  await Promise.all([once(orphan.stdout, 'data'), once(stranger.stdout, 'data')]);
  const identity = identifyProcess(orphan.pid ?? 0);
  await writeFile(join(runFolder, 'api.json'), JSON.stringify({ ...identity, stopSignal: 'SIGTERM' }));
  await writeFile(
    join(runFolder, 'worker.json'),
    JSON.stringify({ pid: stranger.pid, started: 'long ago', stopSignal: 'SIGKILL' }),
  );
  await writeFile(join(runFolder, 'model.json'), '{"pid"');
  await stopLeftovers(runFolder, 100);
  expect(identity && isAlive(identity)).toBe(false);
  expect(identifyProcess(stranger.pid ?? 0)).toBeDefined();
  expect(await readdir(runFolder)).toEqual([]);
});

test('the process file says who runs', async () => {
  const { supervisor, lines, runFolder, until } = await openSupervisor();
  supervisor.start([script('one', obedient)]);
  await until(() => expect(lines).toHaveLength(1));
  const written = JSON.parse(await readFile(join(runFolder, 'one.json'), 'utf8'));
  expect(written).toMatchObject({ pid: Number(lines[0]?.split(' ')[1]), stopSignal: 'SIGTERM' });
  await supervisor.stop();
});
