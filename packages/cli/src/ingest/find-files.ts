import { isUtf8 } from 'node:buffer';
import type { Dirent, Stats } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import { basename, matchesGlob, resolve } from 'node:path';
import { notIn, type Outcome } from './outcome.ts';
import { explainFault } from './read-fault.ts';

export interface FoundFile {
  /** To open it by: names need not be UTF-8. */
  at: Buffer;
  /** From where the command was started. */
  path: string;
  /** From the folder that was asked for, with its name: `case-7/phone/a.jpg`. */
  fileName: string;
}

/** Something that is no file, or could not be looked into, is an Outcome. */
export type Found = FoundFile | Outcome;

/**
 * Every file at or below the paths, hidden ones too, as they are found: nothing is held but the names of folders that
 * are still to be opened. Symbolic links are not followed, but for a path that was asked for itself.
 */
export async function* findFiles(paths: string[], exclude: string[] = []): AsyncGenerator<Found> {
  for (const path of paths) {
    const root: FoundFile = { at: Buffer.from(path), path, fileName: basename(resolve(path)) || 'root' };
    const stats = await stat(path).catch((error: unknown) => error);
    if (stats instanceof Error) yield explainFault({ path }, stats);
    else yield* findBelow(root, stats as Stats, exclude);
  }
}

async function* findBelow(root: FoundFile, stats: Stats, exclude: string[]): AsyncGenerator<Found> {
  if (!stats.isDirectory()) {
    yield sort(root, stats);
    return;
  }
  const folders = [root];
  for (let folder = folders.pop(); folder; folder = folders.pop()) {
    try {
      for await (const entry of await openFolder(folder.at)) {
        const found = below(folder, entry.name);
        const glob = exclude.find((each) => isExcluded(found.fileName, each));
        if (glob) yield notIn('skipped', { path: found.path }, 'excluded', `Left out by --exclude ${glob}`);
        else if (entry.isDirectory()) folders.push(found);
        else yield sort(found, entry);
      }
    } catch (error) {
      yield explainFault({ path: folder.path }, error);
    }
  }
}

/** Names as bytes, which Node gives when asked to, although its types do not know. */
async function openFolder(at: Buffer): Promise<AsyncIterable<Dirent<Buffer>>> {
  const folder: unknown = await opendir(at, { encoding: 'buffer' as BufferEncoding, bufferSize: 256 });
  return folder as AsyncIterable<Dirent<Buffer>>;
}

const slash = Buffer.from('/');

function below(folder: FoundFile, name: Buffer): FoundFile {
  // What is not UTF-8 is most often Latin-1, and at least no two names become one.
  const text = name.toString(isUtf8(name) ? 'utf8' : 'latin1');
  return {
    at: Buffer.concat([folder.at, slash, name]),
    path: `${folder.path.replace(/\/$/, '')}/${text}`,
    fileName: `${folder.fileName}/${text}`,
  };
}

/** Below the folder that was asked for: `*.tmp` by its name alone, `cache/**` by its path. */
function isExcluded(fileName: string, glob: string): boolean {
  const path = fileName.slice(fileName.indexOf('/') + 1);
  return matchesGlob(path, glob) || (!glob.includes('/') && matchesGlob(basename(path), glob));
}

function sort(found: FoundFile, entry: Stats | Dirent<Buffer>): Found {
  if (entry.isFile()) return found;
  const { path } = found;
  if (entry.isSymbolicLink())
    return notIn('skipped', { path }, 'symbolic_link', 'Symbolic links are not followed: name what it points to');
  return notIn('skipped', { path }, 'not_a_file', `This is ${nameKind(entry)}, not a file`);
}

function nameKind(entry: Stats | Dirent<Buffer>): string {
  if (entry.isFIFO()) return 'a named pipe';
  if (entry.isSocket()) return 'a socket';
  return entry.isBlockDevice() || entry.isCharacterDevice() ? 'a device' : 'something unknown';
}
