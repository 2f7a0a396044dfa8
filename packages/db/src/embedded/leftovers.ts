import { readdir, readFile, readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './database-user.ts';
import { StartError } from './start-error.ts';

/**
 * Stops a server that a killed Assay left running on this cluster and removes its stale postmaster.pid and sockets. The caller
 * holds the cluster's lock, so whatever runs on it belongs to nobody.
 */
export async function stopLeftoverServer(folder: string): Promise<void> {
  const signals = ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const;
  for (const signal of signals) {
    const running = await findServers(folder);
    if (running.length === 0) break;
    // The postmaster is the oldest; its own children follow it, except from SIGKILL.
    for (const pid of signal === 'SIGKILL' ? running : running.slice(0, 1)) kill(pid, signal);
    await waitUntilGone(folder, signal === 'SIGINT' ? 4000 : 1500);
  }
  const [survivor] = await findServers(folder);
  if (survivor) throw new StartError(`An old PostgreSQL (process ${survivor}) runs on ${folder} and can't be stopped.`);
  const locks = (await readdir(folder)).filter((name) => name === 'postmaster.pid' || name.startsWith('.s.PGSQL.'));
  for (const name of locks) await rm(join(folder, name), { force: true });
}

async function waitUntilGone(folder: string, milliseconds: number): Promise<void> {
  const end = Date.now() + milliseconds;
  while (Date.now() < end && (await findServers(folder)).length > 0) await sleep(50);
}

/** The processes of PostgreSQL that run on this cluster, oldest first: a server's working folder is its data folder. */
async function findServers(folder: string): Promise<number[]> {
  const path = await realpath(folder);
  if (process.platform !== 'linux') return findServerByPidFile(path);
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const onIt = await Promise.all(pids.map(async (pid) => (await isServer(pid, path)) && pid));
  const found = onIt.filter((pid) => pid !== false);
  const postmaster = await readPostmasterPid(path);
  return found.sort((a, b) => Number(b === postmaster) - Number(a === postmaster) || a - b);
}

async function isServer(pid: number, folder: string): Promise<boolean> {
  try {
    const [cwd, command] = await Promise.all([readlink(`/proc/${pid}/cwd`), readFile(`/proc/${pid}/comm`, 'utf8')]);
    return cwd === folder && command.trim() === 'postgres';
  } catch {
    return false;
  }
}

async function findServerByPidFile(folder: string): Promise<number[]> {
  const pid = await readPostmasterPid(folder);
  if (!pid) return [];
  const { stdout } = await run('ps', ['-o', 'command=', '-p', String(pid)]);
  return stdout.includes('postgres') && stdout.includes(folder) ? [pid] : [];
}

async function readPostmasterPid(folder: string): Promise<number | undefined> {
  const text = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '');
  return Number.parseInt(text, 10) || undefined;
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
