import { Worker } from 'node:worker_threads';
import type { Digests, HashOrder, HashReport, HashThreadData } from './hash-thread.ts';

/**
 * Bytes of a slot: large enough that a message for each costs nothing, small enough to stay in a core's cache while
 * it is filled, hashed three times and written.
 */
export const slotBytes = 1 << 20;

/** All files together, and one file: how far reading may run ahead of hashing. */
const slotCount = 32;
const slotsOfOneFile = 8;

/** MD5 alone takes as long as the other two together. */
const split: (keyof Digests)[][] = [['md5'], ['sha1', 'sha256']];

/** A piece of the memory that the threads share. It is free again when everybody who holds it has let it go. */
export interface Slot {
  readonly index: number;
  readonly bytes: Buffer;
  /** How many hold it. */
  holders: number;
  file: HashedFile | undefined;
}

/**
 * The threads that hash large files for the whole process, fed through shared memory. Slots go to whoever has waited
 * longest, and no file has more than its share, so many uploads at once all move.
 */
class HashThreads {
  readonly #slots: Slot[];
  readonly #free: Slot[];
  readonly #waiting: { file: HashedFile; take(slot: Slot): void; fail(error: Error): void }[] = [];
  readonly #threads: Worker[];
  readonly #files = new Map<number, HashedFile>();
  #broken: Error | undefined;
  #lastFile = 0;

  constructor() {
    const memory = alignedSharedMemory(slotBytes * slotCount);
    this.#slots = Array.from({ length: slotCount }, (_, index) => ({
      index,
      bytes: Buffer.from(memory, index * slotBytes, slotBytes),
      holders: 0,
      file: undefined,
    }));
    // The one that was used last is in the cache still, and memory that is never used is never taken.
    this.#free = this.#slots.toReversed();
    this.#threads = split.map((algorithms) => {
      const workerData: HashThreadData = { memory, slotBytes, algorithms };
      const thread = new Worker(new URL('./hash-thread.ts', import.meta.url), { workerData });
      thread.on('message', (report: HashReport) => this.#hear(report));
      thread.on('error', (error) => this.#break(error instanceof Error ? error : new Error(String(error))));
      thread.on('exit', () => this.#break(new Error('A hash thread has ended')));
      thread.unref();
      return thread;
    });
  }

  get isBroken(): boolean {
    return this.#broken !== undefined;
  }

  open(): HashedFile {
    const file = new HashedFile(this, ++this.#lastFile);
    this.#files.set(file.id, file);
    // A process ends when it has nothing to do, not while a file is being hashed.
    for (const thread of this.#threads) thread.ref();
    return file;
  }

  close(file: HashedFile): void {
    this.#files.delete(file.id);
    if (this.#files.size === 0) for (const thread of this.#threads) thread.unref();
  }

  order(order: HashOrder): void {
    for (const thread of this.#threads) thread.postMessage(order);
  }

  get threadCount(): number {
    return this.#threads.length;
  }

  takeFree(file: HashedFile): Slot | undefined {
    const mayTake = !this.#broken && this.#waiting.length === 0 && file.slots < slotsOfOneFile;
    const slot = mayTake ? this.#free.pop() : undefined;
    return slot && this.#give(slot, file);
  }

  take(file: HashedFile): Promise<Slot> {
    if (this.#broken) return Promise.reject(this.#broken);
    return new Promise((take, fail) => {
      this.#waiting.push({ file, take, fail });
      this.#serve();
      // Nobody keeps a half-filled slot for a slow sender while others wait.
      if (this.#free.length === 0) for (const other of this.#files.values()) other.onScarcity?.();
    });
  }

  letGo(slot: Slot): void {
    slot.holders -= 1;
    if (slot.holders > 0) return;
    if (slot.file) slot.file.slots -= 1;
    slot.file = undefined;
    this.#free.push(slot);
    this.#serve();
  }

  #serve(): void {
    for (let i = 0; i < this.#waiting.length && this.#free.length > 0; ) {
      const next = this.#waiting[i];
      if (!next || next.file.slots >= slotsOfOneFile) {
        i++;
        continue;
      }
      this.#waiting.splice(i, 1);
      const slot = this.#free.pop();
      if (!slot) return;
      next.take(this.#give(slot, next.file));
    }
  }

  #give(slot: Slot, file: HashedFile): Slot {
    file.slots += 1;
    slot.file = file;
    slot.holders = 1;
    return slot;
  }

  #hear(report: HashReport): void {
    if ('slot' in report) {
      const slot = this.#slots[report.slot];
      if (slot) this.letGo(slot);
    } else this.#files.get(report.file)?.addDigests(report.digests);
  }

  #break(error: Error): void {
    if (this.#broken) return;
    this.#broken = error;
    for (const thread of this.#threads) void thread.terminate();
    for (const { fail } of this.#waiting.splice(0)) fail(error);
    for (const file of this.#files.values()) file.fail(error);
    this.#files.clear();
  }
}

/** One file on its way through the threads. It must be ended or dropped. */
export class HashedFile {
  readonly id: number;
  /** Slots it has now. */
  slots = 0;
  /** Called when slots are scarce: a slot that waits for more bytes is to be hashed as it is. */
  onScarcity: (() => void) | undefined;
  readonly #threads: HashThreads;
  readonly #digests: Partial<Digests> = {};
  readonly #ended = Promise.withResolvers<Digests>();

  constructor(threads: HashThreads, id: number) {
    this.#threads = threads;
    this.id = id;
    // It is heard of through `end`, and nobody may come to call that.
    this.#ended.promise.catch(() => {});
  }

  /** An empty slot, held by the caller; undefined when it has to wait for one. */
  takeFreeSlot(): Slot | undefined {
    return this.#threads.takeFree(this);
  }

  /** An empty slot, held by the caller; waits while there is none. */
  takeSlot(): Promise<Slot> {
    return this.#threads.take(this);
  }

  /** Hashes the slot's first bytes. The caller holds the slot still. */
  hash(slot: Slot, length: number): void {
    slot.holders += this.#threads.threadCount;
    this.#threads.order({ file: this.id, slot: slot.index, length });
  }

  letGo(slot: Slot): void {
    this.#threads.letGo(slot);
  }

  /** The hashes of everything given to `hash`, in that order. */
  end(): Promise<Digests> {
    this.#threads.order({ file: this.id, end: true });
    return this.#ended.promise;
  }

  drop(): void {
    this.#threads.order({ file: this.id, drop: true });
    this.#threads.close(this);
  }

  addDigests(digests: Partial<Digests>): void {
    Object.assign(this.#digests, digests);
    const { md5, sha1, sha256 } = this.#digests;
    if (!md5 || !sha1 || !sha256) return;
    this.#ended.resolve({ md5, sha1, sha256 });
    this.#threads.close(this);
  }

  fail(error: Error): void {
    this.#ended.reject(error);
  }
}

/** What the types of Node leave to those of browsers. */
declare const WebAssembly: {
  Memory: new (size: { initial: number; maximum: number; shared: true }) => { buffer: ArrayBuffer | SharedArrayBuffer };
};

/** WebAssembly's memory begins at a page, as writes past the page cache need; a SharedArrayBuffer's own need not. */
function alignedSharedMemory(bytes: number): SharedArrayBuffer {
  const pages = Math.ceil(bytes / 65_536);
  const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  if (buffer instanceof SharedArrayBuffer) return buffer;
  throw new Error('WebAssembly gave memory that threads can’t share');
}

let threads: HashThreads | undefined;

/** A file to be hashed by the threads, which start with the first of them. */
export function openHashedFile(): HashedFile {
  if (!threads || threads.isBroken) threads = new HashThreads();
  return threads.open();
}
