import { type Readable, Transform } from 'node:stream';
import { AppError, type ObjectHash } from '@assay/shared';
import { checkHash, type ObjectStore, verifyHash } from '@assay/storage';
import type { BodyMemory } from './body-memory.ts';

export interface StoredBytes {
  sha256: ObjectHash;
  /** Bytes. */
  size: number;
  /** Of a text; null for everything else. */
  encoding: string | null;
}

/** What is sent to a model: an object's bytes, hashed on the way, a text as UTF-8 without byte order mark. */
export interface ObjectBody {
  body: Buffer | Readable;
  /** Of the body, in bytes. */
  length: number;
  /** To be called when nothing reads the body any more; without it, its memory is not used again. */
  release?: () => void;
}

/** The store did not give the bytes; it may later. */
export class StoreFault extends Error {
  override name = 'StoreFault';
}

// Below this, one buffer is sent several times as fast as a stream.
const smallBytes = 1 << 20;

/** Throws StoreFault or `object_not_found`, and CorruptObject, at once or at the end of the stream, when the bytes are not those that came in. */
export async function openBody(store: ObjectStore, object: StoredBytes, memory: BodyMemory): Promise<ObjectBody> {
  if (object.size <= smallBytes) return readSmall(store, object, memory);
  if (!object.encoding) return { body: await readVerified(store, object), length: object.size };
  // The length goes out before the text, so a large text is decoded twice rather than held.
  let length = 0;
  for await (const part of await readVerified(store, object)) length += part.length;
  return { body: await readVerified(store, object), length };
}

async function readSmall(
  store: ObjectStore,
  { sha256, size, encoding }: StoredBytes,
  memory: BodyMemory,
): Promise<ObjectBody> {
  // With room for one more than it should have.
  const buffer = memory.take(size + 1);
  const bytes = await store.readWhole(sha256, buffer).catch((error: unknown) => {
    throw error instanceof AppError ? error : blameStore(error);
  });
  checkHash(sha256, bytes);
  const release = () => memory.giveBack(buffer);
  if (!encoding) return { body: bytes, length: bytes.length, release };
  const body = Buffer.from(new TextDecoder(encoding).decode(bytes));
  release();
  return { body, length: body.length };
}

async function readVerified(store: ObjectStore, { sha256, encoding }: StoredBytes): Promise<Readable> {
  const steps = [verifyHash(sha256), ...(encoding ? [decodeText(encoding)] : [])];
  const stored = await store.read(sha256).catch((error: unknown) => {
    throw error instanceof AppError ? error : blameStore(error);
  });
  let stream = stored;
  for (const step of steps) {
    const source = stream;
    source.once('error', (error) => step.destroy(source === stored ? blameStore(error) : error));
    step.once('close', () => source.destroy());
    stream = source.pipe(step);
  }
  return stream;
}

export const blameStore = (error: unknown, what = "did not give the object's bytes") =>
  new StoreFault(`The store ${what}: ${error instanceof Error ? error.message : error}`, { cause: error });

/** Any encoding to UTF-8, without the byte order mark. */
function decodeText(encoding: string): Transform {
  const decoder = new TextDecoder(encoding);
  return new Transform({
    transform: (chunk: Buffer, _, done) => done(null, decoder.decode(chunk, { stream: true })),
    flush: (done) => done(null, decoder.decode()),
  });
}
