import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const madeHere = new Set<string>();

/**
 * A new folder for the bodies of one server, and the end of those that killed servers of the same
 * model left behind: they may hold objects.
 */
export async function makeScratchFolder(model: string): Promise<string> {
  const prefix = `assay-${model}-`;
  for (const name of await readdir(tmpdir())) {
    const path = join(tmpdir(), name);
    const owner = name.startsWith(prefix) ? /^(\d+)-/.exec(name.slice(prefix.length))?.[1] : undefined;
    if (owner && !isInUse(path, Number(owner))) await removeFolder(path).catch(() => {});
  }
  const made = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
  madeHere.add(made);
  return made;
}

export function removeFolder(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true });
}

// A server that finds its own number on what it has not made was killed and started again in a container.
const isInUse = (path: string, owner: number) => (owner === process.pid ? madeHere.has(path) : isAlive(owner));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
