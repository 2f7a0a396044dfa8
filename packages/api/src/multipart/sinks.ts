import { Readable } from 'node:stream';
import { AppError, type ErrorDetail } from '@assay/shared';
import { decodeText } from './decode-text.ts';
import type { PartSink } from './multipart-reader.ts';

interface Bound {
  bytes: number;
  /** What a part is refused with that has more. */
  fault: ErrorDetail;
}

/** A part as a stream, for who can't take it all at once. */
export class FileSink implements PartSink {
  readonly body: Readable;
  readonly #most: Bound;
  #size = 0;
  #goOn: (() => void) | undefined;

  constructor(most: Bound) {
    this.#most = most;
    const goOn = () => {
      this.#goOn?.();
      this.#goOn = undefined;
    };
    this.body = new Readable({
      highWaterMark: 2 ** 20,
      read: goOn,
      destroy(error, done) {
        goOn();
        done(error);
      },
    });
  }

  write(bytes: Buffer): Promise<void> | undefined {
    this.#size += bytes.length;
    if (this.#size > this.#most.bytes) throw AppError.of(this.#most.fault);
    // Whoever destroyed the stream says why; it is no matter of the form's.
    if (this.body.destroyed || this.body.push(bytes)) return undefined;
    return new Promise((resolve) => {
      this.#goOn = resolve;
    });
  }

  end(): void {
    this.body.push(null);
  }
}

/** A part as a short text. */
export class TextSink implements PartSink {
  readonly #most: Bound;
  readonly #done: (text: string) => void;
  readonly #chunks: Buffer[] = [];
  #size = 0;

  constructor(most: Bound, done: (text: string) => void) {
    this.#most = most;
    this.#done = done;
  }

  write(bytes: Buffer): undefined {
    this.#size += bytes.length;
    if (this.#size > this.#most.bytes) throw AppError.of(this.#most.fault);
    // A copy: the chunk that it is cut from may be a thousand times as large.
    this.#chunks.push(Buffer.from(bytes));
  }

  end(): void {
    this.#done(decodeText(Buffer.concat(this.#chunks)));
  }
}

/** For a part that is refused anyway, when all the faults of its form are known. */
export const ignoringSink: PartSink = { write: () => undefined, end: () => {} };
