import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type ObjectHash, objectHashSchema } from '@assay/shared';
import { restOfFile } from './media-type/file.ts';
import { type DetectedType, detectMediaType, sampleBytes } from './media-type/index.ts';
import type { ObjectStore } from './store.ts';

/** A file that has been read to its end and lies, synced, in the store's incoming folder. */
export interface StagedFile {
  path: string;
  sha256: ObjectHash;
  md5: string;
  sha1: string;
  /** Bytes. */
  size: number;
  type: DetectedType;
}

/**
 * Reads a body once: hashes it, counts it, tells its type and writes it to disk, in constant memory.
 * Rejects when the body breaks off; then nothing is left on disk. The caller either hands the
 * file to the store or discards it.
 */
export async function stageFile(body: Readable, store: ObjectStore): Promise<StagedFile> {
  const path = join(store.incoming, randomUUID());
  const meter = new Meter();
  try {
    // `flush` syncs before the stream closes: the row that will name these bytes must not outlive them.
    await pipeline(body, meter, createWriteStream(path, { flags: 'wx', flush: true }));
    const facts = meter.digest();
    return { path, ...facts, type: await detectMediaType(meter.head(), restOfFile(path, facts.size)) };
  } catch (error) {
    await discardFile({ path });
    throw error;
  }
}

/** Removes a staged file that the store has not taken. */
export const discardFile = (staged: Pick<StagedFile, 'path'>): Promise<void> => rm(staged.path, { force: true });

/** Passes bytes on unchanged and remembers their hashes, their number and the first of them. */
class Meter extends Transform {
  readonly #md5 = createHash('md5');
  readonly #sha1 = createHash('sha1');
  readonly #sha256 = createHash('sha256');
  readonly #sample: Buffer[] = [];
  #sampled = 0;
  #size = 0;

  override _transform(chunk: Buffer, _: BufferEncoding, done: (error: null, chunk: Buffer) => void): void {
    this.#md5.update(chunk);
    this.#sha1.update(chunk);
    this.#sha256.update(chunk);
    this.#size += chunk.length;
    if (this.#sampled < sampleBytes) {
      const part = Buffer.from(chunk.subarray(0, sampleBytes - this.#sampled));
      this.#sample.push(part);
      this.#sampled += part.length;
    }
    done(null, chunk);
  }

  head(): Buffer {
    return Buffer.concat(this.#sample);
  }

  digest(): Pick<StagedFile, 'sha256' | 'md5' | 'sha1' | 'size'> {
    return {
      sha256: objectHashSchema.parse(this.#sha256.digest('hex')),
      md5: this.#md5.digest('hex'),
      sha1: this.#sha1.digest('hex'),
      size: this.#size,
    };
  }
}
