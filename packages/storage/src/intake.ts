import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type ObjectHash, objectHashSchema } from '@assay/shared';
import { disk } from './disk.ts';
import type { Digests } from './hash-thread.ts';
import { LargeFile } from './large-file.ts';
import { detectBytesType, restOfFile } from './media-type/file.ts';
import { type DetectedType, detectMediaType, sampleBytes } from './media-type/index.ts';
import type { ObjectStore } from './store.ts';

/** A file that has been read to its end and lies in the store's incoming folder, or is on its way there. `put` syncs it. */
export interface StagedFile {
  path: string;
  sha256: ObjectHash;
  md5: string;
  sha1: string;
  /** Bytes. */
  size: number;
  type: DetectedType;
}

/** Up to here a file is taken in whole and then hashed and written at once: to share memory would cost more than it saves. */
const wholeBytes = 256 * 1024;

/**
 * Takes a file's bytes in, once and in constant memory: hashes, counts and writes them to a new file in the store's
 * incoming folder. It must be finished or aborted.
 */
export class Intake {
  readonly #path: string;
  /** The beginning; all of a small file. */
  #begun: { chunk: Buffer; isOwn: boolean }[] = [];
  #size = 0;
  #head: Buffer = Buffer.alloc(0);
  #large: LargeFile | undefined;
  /** What is being done with the last chunk, or at the end. */
  #inHand: Promise<unknown> | undefined;

  constructor(store: Pick<ObjectStore, 'incoming'>) {
    this.#path = join(store.incoming, randomUUID());
  }

  /**
   * A promise means: neither write nor finish before it resolves. Throws or rejects when the disk takes no more. `isOwn`:
   * nobody else looks at the memory that the chunk lies in, which is given back as soon as that is taken in.
   */
  write(chunk: Buffer, isOwn = false): Promise<void> | undefined {
    this.#size += chunk.length;
    if (!this.#large && this.#size <= wholeBytes) {
      this.#begun.push({ chunk, isOwn });
      return undefined;
    }
    const wait = this.#large ? this.#pass(this.#large, chunk, isOwn) : this.#becomeLarge(chunk, isOwn);
    this.#inHand = wait;
    return wait;
  }

  /** Tells what the file is. When this rejects, nothing is left of it. */
  async finish(): Promise<StagedFile> {
    try {
      const finishing = this.#large ? this.#finishLarge(this.#large) : this.#writeSmall();
      this.#inHand = finishing;
      const [{ sha256, md5, sha1 }, type] = await finishing;
      return { path: this.#path, sha256: objectHashSchema.parse(sha256), md5, sha1, size: this.#size, type };
    } catch (error) {
      await this.abort();
      throw error;
    }
  }

  /** Removes what has been written. */
  async abort(): Promise<void> {
    await Promise.allSettled([this.#inHand]);
    await this.#large?.close();
    await discardFile({ path: this.#path });
  }

  async #becomeLarge(chunk: Buffer, isOwn: boolean): Promise<void> {
    this.#large = await LargeFile.create(this.#path);
    for (const early of this.#begun.splice(0)) await this.#pass(this.#large, early.chunk, early.isOwn);
    await this.#pass(this.#large, chunk, isOwn);
  }

  #pass(large: LargeFile, chunk: Buffer, isOwn: boolean): Promise<void> | undefined {
    if (this.#head.length < sampleBytes)
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, sampleBytes - this.#head.length)]);
    const wait = large.write(chunk);
    if (!isOwn) return wait;
    if (wait !== undefined) return wait.then(() => giveBack(chunk));
    giveBack(chunk);
    return undefined;
  }

  async #finishLarge(large: LargeFile): Promise<[Digests, DetectedType]> {
    const digests = await large.finish(this.#size);
    await large.close();
    return [digests, await detectMediaType(this.#head, restOfFile(this.#path, this.#size))];
  }

  #writeSmall(): Promise<[Digests, DetectedType]> {
    // Copied: a piece of what came from the network would be sent to the thread with all that lies around it.
    const bytes = Buffer.concat(this.#begun.splice(0).map(({ chunk }) => chunk));
    return Promise.all([disk.write({ path: this.#path, bytes }), detectBytesType(bytes)]);
  }
}

/** Left to the garbage collector, buffers from the network pile up to a hundred mebibytes before it comes. */
function giveBack(chunk: Buffer): void {
  (chunk.buffer as ArrayBuffer).transfer(0);
}

/** Removes a staged file, if it is still there. */
export async function discardFile({ path }: Pick<StagedFile, 'path'>): Promise<void> {
  await disk.discard({ path });
}
