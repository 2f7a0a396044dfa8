import type { FileHandle } from 'node:fs/promises';
import { blockBytes, createDirectFile } from './direct-file.ts';
import type { Digests } from './hash-thread.ts';
import { type HashedFile, openHashedFile, type Slot, slotBytes } from './hash-threads.ts';

const nothing = Buffer.alloc(0);

/** What is written is synced while more comes in: the last sync has little left to wait for. */
const syncBytes = 16 << 20;

/** A file that goes through shared memory: each slot is hashed by the threads and written by the system at once. */
export class LargeFile {
  readonly #file: FileHandle;
  readonly #hashed: HashedFile;
  readonly #writing = new Set<Promise<void>>();
  #slot: Slot | undefined;
  #filled = 0;
  /** Less than a block, that had to leave its slot. */
  #carried: Buffer = nothing;
  #position = 0;
  #synced = 0;
  #failure: { error: unknown } | undefined;

  static async create(path: string): Promise<LargeFile> {
    return new LargeFile(await createDirectFile(path));
  }

  private constructor(file: FileHandle) {
    this.#file = file;
    this.#hashed = openHashedFile();
    this.#hashed.onScarcity = () => this.#passOnBlocks();
  }

  /** A promise means: write no more until it resolves. */
  write(chunk: Buffer): Promise<void> | undefined {
    for (let taken = 0; taken < chunk.length; ) {
      if (this.#failure) throw this.#failure.error;
      this.#slot ??= this.#hashed.takeFreeSlot();
      if (!this.#slot) return this.#writeWhenFree(chunk.subarray(taken));
      this.#fillFromCarried(this.#slot);
      const copied = Math.min(chunk.length - taken, slotBytes - this.#filled);
      // Into shared memory `copy` goes word by word, and takes three times as long as `fill` with a pattern of that length.
      this.#slot.bytes.fill(chunk.subarray(taken, taken + copied), this.#filled, this.#filled + copied);
      taken += copied;
      this.#filled += copied;
      if (this.#filled === slotBytes) this.#passOn(slotBytes);
    }
    return undefined;
  }

  async #writeWhenFree(chunk: Buffer): Promise<void> {
    this.#slot = await this.#hashed.takeSlot();
    await this.write(chunk);
  }

  /** Rejects when what has come is not `size` bytes: hashes of part of a file would pass for those of the file. */
  async finish(size: number): Promise<Digests> {
    if (this.#carried.length > 0) {
      this.#slot ??= await this.#hashed.takeSlot();
      this.#fillFromCarried(this.#slot);
    }
    this.#passOn(this.#filled);
    if (this.#position !== size) throw new Error(`Of a file's ${size} bytes, ${this.#position} were taken in`);
    const digests = await this.#hashed.end();
    await this.#settle();
    if (this.#failure) throw this.#failure.error;
    // The last block was written whole.
    await this.#file.truncate(this.#position);
    await this.#file.sync();
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

  #fillFromCarried(slot: Slot): void {
    this.#filled += this.#carried.copy(slot.bytes, this.#filled);
    this.#carried = nothing;
  }

  /** Only whole blocks can be written; what is over waits for the next slot. */
  #passOnBlocks(): void {
    if (!this.#slot || this.#carried.length > 0) return;
    const over = this.#filled % blockBytes;
    this.#carried = Buffer.from(this.#slot.bytes.subarray(this.#filled - over, this.#filled));
    this.#passOn(this.#filled - over);
  }

  /** Has the slot's first bytes hashed and written, and lets it go. */
  #passOn(length: number): void {
    const slot = this.#slot;
    if (!slot) return;
    this.#slot = undefined;
    this.#filled = 0;
    if (length === 0) {
      this.#hashed.letGo(slot);
      return;
    }
    this.#hashed.hash(slot, length);
    const blocks = Math.ceil(length / blockBytes) * blockBytes;
    slot.bytes.fill(0, length, blocks);
    const written = this.#write(slot, blocks, this.#position);
    this.#writing.add(written);
    void written.then(() => this.#writing.delete(written));
    this.#position += length;
    if (this.#position - this.#synced >= syncBytes) this.#syncSoFar();
  }

  #syncSoFar(): void {
    this.#synced = this.#position;
    const synced = this.#sync([...this.#writing]);
    this.#writing.add(synced);
    void synced.then(() => this.#writing.delete(synced));
  }

  async #sync(written: Promise<void>[]): Promise<void> {
    await Promise.all(written);
    try {
      await this.#file.datasync();
    } catch (error) {
      this.#failure ??= { error };
    }
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

  /** Nothing of this file is on its way to the disk any more. */
  async #settle(): Promise<void> {
    await Promise.all(this.#writing);
  }
}
