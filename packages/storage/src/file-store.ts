import { closeSync, constants, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { access, mkdir, open, opendir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { AppError, type ObjectHash, objectHashSchema } from '@assay/shared';
import { disk } from './disk.ts';
import type { ByteRange, ListedObject, ObjectStore } from './store.ts';

/** Opens the store in this folder, and makes it where there is none. */
export async function openFileStore(root: string): Promise<ObjectStore> {
  const store = new FileStore(root);
  await mkdir(store.incoming, { recursive: true });
  return store;
}

/**
 * Objects as files: `<root>/ab/<sha256>`. Incoming files lie beside them, so that storing one is a link. A second level
 * of folders would be new for nearly every file of the first hundred thousand, and a new folder costs more than the file:
 * uploads of small files took twice as long with it.
 */
class FileStore implements ObjectStore {
  readonly incoming: string;
  readonly #root: string;
  /** Folders whose own names are on disk for good. */
  readonly #lasting = new Set<string>();

  constructor(root: string) {
    this.#root = root;
    this.incoming = join(root, 'incoming');
  }

  async put(file: string, sha256: ObjectHash): Promise<boolean> {
    const place = this.#placeOf(sha256);
    const folder = dirname(place);
    const isNew = !this.#lasting.has(folder);
    if (isNew) await mkdir(folder, { recursive: true });
    // A name is on disk for good only when its folder is synced, and that folder's name in the folder above. Also when the
    // object was there: whoever linked it may not have come to this yet.
    const folders = isNew ? [folder, this.#root] : [folder];
    const stored = await disk.link({ file, name: place, folders });
    this.#lasting.add(folder);
    return stored;
  }

  async has(sha256: ObjectHash): Promise<boolean> {
    return access(this.#placeOf(sha256)).then(() => true, unlessMissing);
  }

  lacks(sha256: ObjectHash): boolean {
    return !existsSync(this.#placeOf(sha256));
  }

  async read(sha256: ObjectHash, range?: ByteRange): Promise<Readable> {
    const handle = await open(this.#placeOf(sha256), 'r').catch(unlessMissing);
    if (!handle) throw notFound(sha256);
    return handle.createReadStream({ ...range, highWaterMark: 1 << 20 });
  }

  async readWhole(sha256: ObjectHash, into?: Buffer): Promise<Buffer> {
    const place = this.#placeOf(sha256);
    try {
      // Half the time of a read that is awaited.
      return into ? readInto(place, into) : readFileSync(place);
    } catch (error) {
      unlessMissing(error as NodeJS.ErrnoException);
      throw notFound(sha256);
    }
  }

  /** Leaves the folders: there are at most 256, and removing one would be a race with `put`. */
  async remove(sha256: ObjectHash): Promise<void> {
    await rm(this.#placeOf(sha256), { force: true });
  }

  async *list(): AsyncIterable<ListedObject> {
    for await (const folder of listFolders(this.#root))
      for await (const { name } of await opendir(folder)) {
        const { data: sha256 } = objectHashSchema.safeParse(name);
        if (sha256 !== name) continue;
        const facts = await stat(join(folder, name)).catch(unlessMissing);
        // The link set it; the time of the last write is that of the upload.
        if (facts) yield { sha256, storedAt: facts.ctime };
      }
  }

  /** A link is made or not. */
  async abortUnfinished(): Promise<number> {
    return 0;
  }

  async check(): Promise<void> {
    await access(this.incoming, constants.W_OK);
  }

  async close(): Promise<void> {}

  #placeOf(sha256: ObjectHash): string {
    return join(this.#root, sha256.slice(0, 2), sha256);
  }
}

function readInto(place: string, into: Buffer): Buffer {
  const file = openSync(place, 'r');
  try {
    let length = 0;
    for (let read = -1; read !== 0 && length < into.length; length += read)
      read = readSync(file, into, length, into.length - length, null);
    return into.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

const notFound = (sha256: ObjectHash) =>
  new AppError('object_not_found', `The bytes of ${sha256} are not in the store`);

/** The folders of objects, each named by the first two digits of their hashes. */
async function* listFolders(root: string): AsyncIterable<string> {
  for await (const entry of await opendir(root))
    if (entry.isDirectory() && /^[0-9a-f]{2}$/.test(entry.name)) yield join(root, entry.name);
}

/** Turns the one expected error of the file system into false. */
const unlessMissing = (error: NodeJS.ErrnoException) => {
  if (error.code !== 'ENOENT') throw error;
  return false as const;
};
