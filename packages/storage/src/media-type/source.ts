/** How much of a file's beginning decides its type, and how much one reading beyond it takes. */
export const sampleBytes = 64 * 1024;

/** What lies behind a file's head, for the few files whose head does not say what they are. */
export interface FileRest {
  /** Bytes of the whole file. */
  size: number;
  /** Bytes from an offset on; fewer than asked for at the file's end. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Readings beyond the head, and in all. No honest file needs a tenth; a walk ends where nothing comes back. */
const mostWindows = 24;
const mostReads = 4096;

/** A file's bytes by offset: from the head at no cost, from the rest in windows and only when asked for. */
export class ByteSource {
  readonly head: Uint8Array;
  /** Bytes of the whole file; infinite when only the beginning of it is known. */
  readonly size: number;
  readonly #rest: FileRest | undefined;
  #window: Uint8Array = new Uint8Array();
  #windowStart = 0;
  #windows = 0;
  #reads = 0;

  constructor(head: Uint8Array, rest?: FileRest) {
    this.head = head.subarray(0, sampleBytes);
    this.#rest = rest;
    this.size = rest?.size ?? (head.length < sampleBytes ? head.length : Number.POSITIVE_INFINITY);
  }

  /** At most 64 KiB from an offset on: fewer at the end, none out of reach. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    if (this.#reads++ >= mostReads) return new Uint8Array();
    const end = Math.min(offset + length, this.size);
    if (end <= this.head.length) return this.head.subarray(offset, end);
    const inWindow = offset >= this.#windowStart && end <= this.#windowStart + this.#window.length;
    if (!inWindow) await this.#moveWindow(offset);
    return this.#window.subarray(offset - this.#windowStart, end - this.#windowStart);
  }

  /** The last bytes, which may overlap the head. */
  readTail(length: number): Promise<Uint8Array> {
    return Number.isFinite(this.size)
      ? this.read(Math.max(0, this.size - length), length)
      : Promise.resolve(new Uint8Array());
  }

  async #moveWindow(offset: number): Promise<void> {
    const isWithin = this.#rest !== undefined && offset < this.size && this.#windows++ < mostWindows;
    this.#window = isWithin && this.#rest ? await this.#rest.read(offset, sampleBytes) : this.head.subarray(offset);
    this.#windowStart = offset;
  }
}
