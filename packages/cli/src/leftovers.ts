import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, type ProcessIdentity } from './process-identity.ts';

interface Leftover extends ProcessIdentity {
  stopSignal: NodeJS.Signals;
}

/**
 * Ends the children that a killed `serve` left running, so that they hold no port and no job. The caller holds the data
 * folder's lock: whoever is written down here has no parent any more.
 */
export async function stopLeftovers(runFolder: string, patienceMs = 2000): Promise<void> {
  const files = readdirSync(runFolder).filter((name) => name.endsWith('.json'));
  await Promise.all(files.map((name) => stopLeftover(join(runFolder, name), patienceMs)));
}

async function stopLeftover(file: string, patienceMs: number): Promise<void> {
  const leftover = readLeftover(file);
  if (leftover && isAlive(leftover)) {
    process.kill(leftover.pid, leftover.stopSignal);
    for (const end = Date.now() + patienceMs; isAlive(leftover) && Date.now() < end; ) await sleep(20);
    if (isAlive(leftover)) process.kill(-leftover.pid, 'SIGKILL');
    while (isAlive(leftover)) await sleep(20);
  }
  rmSync(file, { force: true });
}

/** Undefined for a file that was cut off by the crash. */
function readLeftover(file: string): Leftover | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Leftover;
  } catch {
    return undefined;
  }
}
