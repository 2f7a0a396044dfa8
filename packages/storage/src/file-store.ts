import { constants } from 'node:fs';
import { access, link, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { AppError, type ObjectHash } from '@assay/shared';
import type { ByteRange, ObjectStore } from './store.ts';

/** Opens the store that an address such as `file:///var/lib/assay/objects` names, and makes its folders. */
export async function openStore(url: string): Promise<ObjectStore> {
  const store = new FileStore(fileURLToPath(url));
  await mkdir(store.incoming, { recursive: true });
  return store;
}

/** Objects as files: `<root>/ab/cd/<sha256>`. Incoming files lie beside them, so that taking one over is a rename. */
class FileStore implements ObjectStore {
  readonly incoming: string;
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
    this.incoming = join(root, 'incoming');
  }

  async put(file: string, sha256: ObjectHash): Promise<void> {
    const place = this.#placeOf(sha256);
    await mkdir(dirname(place), { recursive: true });
    try {
      // Unlike rename, link never replaces what is there.
      await link(file, place);
      await syncFolders(dirname(place), this.#root);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    await rm(file);
  }

  async read(sha256: ObjectHash, range?: ByteRange): Promise<Readable> {
    try {
      const handle = await open(this.#placeOf(sha256), 'r');
      return handle.createReadStream({ ...range, highWaterMark: 1 << 20 });
    } catch (error) {
      throw new AppError('object_not_found', `The bytes of ${sha256} are not in the store`, { cause: error });
    }
  }

  async check(): Promise<void> {
    await access(this.incoming, constants.W_OK);
  }

  #placeOf(sha256: ObjectHash): string {
    return join(this.#root, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  }
}

/** A name is on disk for good only when its folder is synced, and that folder's name in the folder above. */
async function syncFolders(folder: string, root: string): Promise<void> {
  for (let at = folder; at.length >= root.length; at = dirname(at)) {
    const handle = await open(at, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}
