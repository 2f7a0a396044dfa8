import type { Readable } from 'node:stream';
import type { ObjectHash } from '@assay/shared';

/** Inclusive positions of the first and the last byte. */
export interface ByteRange {
  start: number;
  end: number;
}

/** Where objects' bytes are kept, each under its SHA-256. Bytes once there never change. */
export interface ObjectStore {
  /** A folder for files that are still coming in. What is left there after a crash belongs to nobody. */
  readonly incoming: string;
  /** Takes over a finished, synced file of `incoming`. An object already there wins and the file goes. */
  put(file: string, sha256: ObjectHash): Promise<void>;
  /** Bytes of the object; throws `object_not_found`. */
  read(sha256: ObjectHash, range?: ByteRange): Promise<Readable>;
  /** Throws, with a sentence for the operator, when the store can't take a file now. */
  check(): Promise<void>;
}
