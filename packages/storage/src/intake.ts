import { hash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { Writable } from 'node:stream';
import type { Digests } from './hash-thread.ts';
import { slotBytes } from './hash-threads.ts';
import { LargeFile } from './large-file.ts';
import { sampleBytes } from './media-type/index.ts';

/** Up to here a file is hashed where it is: a hop to the threads would cost more than it saves. Measured by `bench ingest`. */
const inPlaceBytes = 256 * 1024;

/**
 * Takes a file's bytes in, in constant memory: hashes them and writes them to a new file at the same time, and syncs it
 * before it finishes.
 */
export class Intake extends Writable {
  readonly #path: string;
  readonly #ownsChunks: boolean;
  /** The beginning; all of a small file. */
  #begun: Buffer[] = [];
  #size = 0;
  #head = Buffer.alloc(0);
  #large: LargeFile | undefined;
  #digests: Digests | undefined;
  /** What is being done with the last chunk, or at the end. */
  #inHand: Promise<unknown> = Promise.resolve();

  /** With `ownsChunks` nobody else looks at the chunks, and their memory is given back as soon as they are taken in. */
  constructor(path: string, ownsChunks: boolean) {
    super({ highWaterMark: slotBytes });
    this.#path = path;
    this.#ownsChunks = ownsChunks;
  }

  /** What was taken in. Only after the stream has finished. */
  get facts(): Digests & { size: number; head: Buffer } {
    if (!this.#digests) throw new Error('The file has not been taken in to its end');
    return { ...this.#digests, size: this.#size, head: this.#head };
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#size += chunk.length;
    if (!this.#large && this.#size <= inPlaceBytes) {
      this.#begun.push(chunk);
      done();
      return;
    }
    this.#do(this.#takeIn(chunk), done);
  }

  #do(work: Promise<void>, done: (error?: Error | null) => void): void {
    this.#inHand = work.then(() => done(), done);
  }

  async #takeIn(chunk: Buffer): Promise<void> {
    if (!this.#large) {
      this.#large = await LargeFile.create(this.#path);
      for (const early of this.#begun.splice(0)) await this.#pass(early);
    }
    await this.#pass(chunk);
  }

  async #pass(chunk: Buffer): Promise<void> {
    if (this.#head.length < sampleBytes)
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, sampleBytes - this.#head.length)]);
    await this.#large?.write(chunk);
    // Left to the garbage collector, buffers from the network pile up to a hundred mebibytes before it comes.
    if (this.#ownsChunks && chunk.length === chunk.buffer.byteLength) (chunk.buffer as ArrayBuffer).transfer(0);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#do(this.#finish(), done);
  }

  async #finish(): Promise<void> {
    this.#digests = this.#large ? await this.#large.finish() : await this.#writeSmall();
  }

  async #writeSmall(): Promise<Digests> {
    const bytes = Buffer.concat(this.#begun.splice(0));
    this.#head = bytes.subarray(0, sampleBytes);
    const file = await open(this.#path, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    return { md5: hash('md5', bytes), sha1: hash('sha1', bytes), sha256: hash('sha256', bytes) };
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const closed = this.#inHand.then(() => this.#large?.close());
    closed.then(() => done(error), done);
  }
}
