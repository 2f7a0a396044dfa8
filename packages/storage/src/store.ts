import type { Readable } from 'node:stream';
import type { ObjectHash } from '@assay/shared';

/** Inclusive positions of the first and the last byte. */
export interface ByteRange {
  start: number;
  end: number;
}

/** An object that the store holds, as `list` finds it. */
export interface ListedObject {
  sha256: ObjectHash;
  storedAt: Date;
}

/** Where objects' bytes are kept, each under its SHA-256. Bytes once there never change. */
export interface ObjectStore {
  /** A folder of this machine for files that are still coming in. What a crash leaves there, `sweepIncoming` removes. */
  readonly incoming: string;
  /**
   * Keeps the bytes of a finished file, for good when this resolves. The file stays its owner's, who discards it.
   * True: stored now. False: they were there already and nothing was written; a sweep may be about to remove them, so
   * whoever writes a row for such an object asks `has` under the sweep's lock.
   */
  put(file: string, sha256: ObjectHash): Promise<boolean>;
  has(sha256: ObjectHash): Promise<boolean>;
  /** Whether the object is not there, when that is told at once and `put` takes no longer than this machine's disk; otherwise false. */
  lacks(sha256: ObjectHash): boolean;
  /** Bytes of the object, or those of the range that it has; throws `object_not_found`. */
  read(sha256: ObjectHash, range?: ByteRange): Promise<Readable>;
  /**
   * All bytes of an object that is known to be small, perhaps in `into`, of which as many are read as there is room for;
   * throws `object_not_found`.
   */
  readWhole(sha256: ObjectHash, into?: Buffer): Promise<Buffer>;
  /** Removes the object; nothing happens when there is none. */
  remove(sha256: ObjectHash): Promise<void>;
  /** Every object, in no order, a page at a time however many there are. */
  list(): AsyncIterable<ListedObject>;
  /** Takes back what puts that broke off before this moment have left in the store, and says how many there were. */
  abortUnfinished(before: Date): Promise<number>;
  /** Throws, with a sentence for the operator, when the store can't take a file now. */
  check(): Promise<void>;
  close(): Promise<void>;
}
