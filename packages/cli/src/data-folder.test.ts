import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDataFolder } from './data-folder.ts';
import { takeLock } from './folder-lock.ts';
import { identifyProcess } from './process-identity.ts';
import { makeTestFolder } from './testing.ts';

test('a folder in use is refused, with the process that uses it; a released one is not', async () => {
  const path = join(await makeTestFolder(), 'data');
  const folder = openDataFolder(path, { passable: false });
  expect(() => openDataFolder(path, { passable: false })).toThrow(
    `Assay is already running on this data folder (process ${process.pid}, ${path})`,
  );
  folder.release();
  openDataFolder(path, { passable: false }).release();
});

test('logs are the owner’s only', async () => {
  const folder = openDataFolder(join(await makeTestFolder(), 'data'), { passable: false });
  expect((await stat(folder.logs)).mode & 0o777).toBe(0o700);
  folder.release();
});

test('the sign of a process that is gone is replaced', async () => {
  const file = join(await makeTestFolder(), 'lock');
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(child, 'spawn');
  await writeFile(file, JSON.stringify(identifyProcess(child.pid ?? 0)));
  expect(() => takeLock(file, 'x')).toThrow(/already running/);
  child.kill('SIGKILL');
  await once(child, 'exit');
  takeLock(file, 'x')();
});

test('a process that has the number of a dead one is not taken for it', async () => {
  const file = join(await makeTestFolder(), 'lock');
  await writeFile(file, JSON.stringify({ pid: process.pid, started: 'long ago' }));
  const release = takeLock(file, 'x');
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(identifyProcess(process.pid));
  release();
});

test('a sign that a crash cut off is replaced', async () => {
  const file = join(await makeTestFolder(), 'lock');
  await writeFile(file, '{"pid":');
  takeLock(file, 'x')();
});

test('a file in the place of the folder is said in one sentence', async () => {
  const path = join(await makeTestFolder(), 'data');
  await writeFile(path, '');
  expect(() => openDataFolder(path, { passable: false })).toThrow(
    `The data folder ${path} can't be written to (it is a file): make it writable, or set ASSAY_DATA_DIR to another folder.`,
  );
});

test.runIf(process.getuid?.() === 0)('a folder that may only be read is said in one sentence', async () => {
  const parent = await makeTestFolder();
  await chmod(parent, 0o555);
  process.seteuid?.(65_534);
  try {
    expect(() => openDataFolder(join(parent, 'data'), { passable: false })).toThrow(/permission denied/);
  } finally {
    process.seteuid?.(0);
  }
});
