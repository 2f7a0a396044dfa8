const smallest = 1 << 16;
/** Bytes that are kept for later, of all buffers. */
const mostKept = 32 << 20;

/**
 * Memory that small objects are read into, again and again. With a buffer for each object, an eighth of what a worker does
 * is to find out which of them are still needed.
 */
export class BodyMemory {
  readonly #kept = new Map<number, Buffer[]>();
  #bytes = 0;

  /** A buffer for at least so many bytes, whatever is in it. */
  take(bytes: number): Buffer {
    const size = Math.max(smallest, 2 ** Math.ceil(Math.log2(bytes)));
    const buffer = this.#kept.get(size)?.pop();
    if (!buffer) return Buffer.allocUnsafeSlow(size);
    this.#bytes -= size;
    return buffer;
  }

  /** Of one that was taken and that nothing reads any more. One that is not given back is garbage. */
  giveBack(buffer: Buffer): void {
    if (this.#bytes + buffer.length > mostKept) return;
    this.#bytes += buffer.length;
    const alike = this.#kept.get(buffer.length);
    if (alike) alike.push(buffer);
    else this.#kept.set(buffer.length, [buffer]);
  }
}
