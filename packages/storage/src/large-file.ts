import { type FileHandle, open } from 'node:fs/promises';
import type { Digests } from './hash-thread.ts';
import { type HashedFile, openHashedFile, type Slot, slotBytes } from './hash-threads.ts';

/** The disk starts on what has come so far, so that the sync at the end finds little left to do. */
const syncEveryBytes = 64 * 1024 * 1024;

/** A file that goes through shared memory: each slot is hashed by the threads and written by the system at once. */
export class LargeFile {
  readonly #file: FileHandle;
  readonly #hashed: HashedFile;
  readonly #writing = new Set<Promise<void>>();
  #slot: Slot | undefined;
  #filled = 0;
  #position = 0;
  #syncedTo = 0;
  #syncing = Promise.resolve();
  #isSyncing = false;
  #failure: { error: unknown } | undefined;

  static async create(path: string): Promise<LargeFile> {
    return new LargeFile(await open(path, 'wx'));
  }

  private constructor(file: FileHandle) {
    this.#file = file;
    this.#hashed = openHashedFile();
    this.#hashed.onScarcity = () => this.#passOn();
  }

  /** A promise means: write no more until it resolves. */
  write(chunk: Buffer): Promise<void> | undefined {
    for (let taken = 0; taken < chunk.length; ) {
      if (this.#failure) throw this.#failure.error;
      this.#slot ??= this.#hashed.takeFreeSlot();
      if (!this.#slot) return this.#writeWhenFree(chunk.subarray(taken));
      const copied = chunk.copy(this.#slot.bytes, this.#filled, taken);
      taken += copied;
      this.#filled += copied;
      if (this.#filled === slotBytes) this.#passOn();
    }
    return undefined;
  }

  async #writeWhenFree(chunk: Buffer): Promise<void> {
    this.#slot = await this.#hashed.takeSlot();
    await this.write(chunk);
  }

  async finish(): Promise<Digests> {
    this.#passOn();
    const digests = await this.#hashed.end();
    await this.#settle();
    if (this.#failure) throw this.#failure.error;
    await this.#file.datasync();
    return digests;
  }

  /** Also after `finish`. */
  async close(): Promise<void> {
    if (this.#slot) this.#hashed.letGo(this.#slot);
    this.#slot = undefined;
    this.#hashed.drop();
    await this.#settle();
    await this.#file.close();
  }

  #passOn(): void {
    const slot = this.#slot;
    if (!slot || this.#filled === 0) return;
    const length = this.#filled;
    this.#slot = undefined;
    this.#filled = 0;
    this.#hashed.hash(slot, length);
    const written = this.#write(slot, length, this.#position);
    this.#writing.add(written);
    void written.then(() => this.#writing.delete(written));
    this.#position += length;
    if (this.#position - this.#syncedTo >= syncEveryBytes) this.#syncEarly();
  }

  async #write(slot: Slot, length: number, position: number): Promise<void> {
    try {
      for (let done = 0; done < length; ) {
        const { bytesWritten } = await this.#file.write(slot.bytes, done, length - done, position + done);
        done += bytesWritten;
      }
    } catch (error) {
      this.#failure ??= { error };
    } finally {
      this.#hashed.letGo(slot);
    }
  }

  #syncEarly(): void {
    if (this.#isSyncing) return;
    this.#isSyncing = true;
    this.#syncedTo = this.#position;
    this.#syncing = this.#file
      .datasync()
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#isSyncing = false;
      });
  }

  /** Nothing of this file is on its way to the disk any more. */
  async #settle(): Promise<void> {
    await Promise.all([...this.#writing, this.#syncing]);
  }
}
