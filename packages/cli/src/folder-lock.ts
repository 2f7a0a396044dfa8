import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { StartError } from '@assay/db';
import { identifyProcess, isAlive, type ProcessIdentity } from './process-identity.ts';

/**
 * Makes `file` the sign that this process works on a folder; the returned function takes it away. A sign whose process
 * is gone is replaced; one whose process lives is a StartError.
 */
export function takeLock(file: string, folder: string): () => void {
  const mine = JSON.stringify(identifyProcess(process.pid));
  const temp = `${file}.${process.pid}`;
  writeFileSync(temp, mine, { mode: 0o644 });
  try {
    while (!tryLink(temp, file)) {
      const text = readText(file);
      const holder = text && parseHolder(text);
      if (holder && isAlive(holder)) {
        throw new StartError(
          `Assay is already running on this data folder (process ${holder.pid}, ${folder}): ` +
            'stop it first, or set ASSAY_DATA_DIR and PORT for a second one.',
        );
      }
      if (text !== undefined) removeStale(file, text);
    }
  } finally {
    rmSync(temp, { force: true });
  }
  return () => {
    if (readText(file) === mine) rmSync(file, { force: true });
  };
}

/** A link appears whole or not at all, so nobody ever reads half a sign. */
function tryLink(temp: string, file: string): boolean {
  try {
    linkSync(temp, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** Another start may have replaced the stale sign between our look and our move: then it gets its own back. */
function removeStale(file: string, text: string): void {
  const aside = `${file}.stale-${process.pid}`;
  try {
    renameSync(file, aside);
    if (readText(aside) !== text) tryLink(aside, file);
    rmSync(aside, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

function parseHolder(text: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(text) as ProcessIdentity;
  } catch {
    return undefined;
  }
}
