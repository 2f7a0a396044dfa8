import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A new folder for the bodies of one server, and the end of those that killed servers of the same
 * model left behind: they may hold objects.
 */
export async function makeScratchFolder(model: string): Promise<string> {
  const prefix = `assay-${model}-`;
  for (const name of await readdir(tmpdir())) {
    const owner = name.startsWith(prefix) ? /^(\d+)-/.exec(name.slice(prefix.length))?.[1] : undefined;
    if (owner && !isAlive(Number(owner))) await removeFolder(join(tmpdir(), name)).catch(() => {});
  }
  return mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
}

export function removeFolder(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
