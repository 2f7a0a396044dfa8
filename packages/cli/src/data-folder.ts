import { accessSync, chmodSync, constants, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StartError } from '@assay/db';
import { takeLock } from './folder-lock.ts';

const leastFreeBytes = 200 * 1024 ** 2;

export interface DataFolder {
  path: string;
  logs: string;
  /** Who of us runs now: the lock and the children's process numbers. */
  run: string;
  release(): void;
}

/**
 * Makes the data folder when there is none, sees that it can be used, and takes it for this process. What it makes,
 * the database's user can pass through; `passable`: the folder is Assay's own choice, and so this holds for it anyway.
 */
export function openDataFolder(path: string, options: { passable: boolean }): DataFolder {
  const logs = join(path, 'logs');
  const run = join(path, 'run');
  let release: () => void;
  try {
    const made = mkdirSync(path, { recursive: true });
    // Root's database runs as another user, which has to pass through; nobody has to look.
    const ours = options.passable ? path : made;
    if (ours && process.getuid?.() === 0)
      for (let at = path; at.length >= ours.length; at = dirname(at)) chmodSync(at, 0o711);
    for (const folder of [logs, run]) mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const folder of [path, logs, run]) accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    checkSpace(path);
    // access() knows nothing of quotas or of a disk that turned read-only.
    const trial = join(run, `trial-${process.pid}`);
    writeFileSync(trial, 'x');
    rmSync(trial);
    release = takeLock(join(run, 'assay.lock'), path);
  } catch (error) {
    throw explain(path, error);
  }
  return { path, logs, run, release };
}

/** Throws when there is too little room on the disk of this folder to start. */
export function checkSpace(path: string): void {
  const { bavail, bsize } = statfsSync(path);
  if (bavail * bsize < leastFreeBytes) {
    const free = Math.floor((bavail * bsize) / 1024 ** 2);
    throw new StartError(
      `There is too little space on the disk of ${path}: ${free} MB are free, and Assay needs at least ${leastFreeBytes / 1024 ** 2} MB.`,
    );
  }
}

const reasons: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the disk is read-only',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'it is a file',
};

function explain(path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new StartError(`There is no space left on the disk of ${path}.`);
  if (!code) return error;
  return new StartError(
    `The data folder ${path} can't be written to (${reasons[code] ?? code}): make it writable, or set ASSAY_DATA_DIR to another folder.`,
  );
}
