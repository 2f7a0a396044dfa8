import { AppError, type ErrorDetail } from '@assay/shared';
import { decodeText } from './decode-text.ts';
import type { PartSink } from './multipart-reader.ts';

/** Where a file's bytes go, as `PartSink` has it. */
interface FileTaker {
  write(bytes: Buffer, isOwn: boolean): Promise<void> | undefined;
}

interface Bound {
  bytes: number;
  /** What a part is refused with that has more. */
  fault: ErrorDetail;
}

/** A part as a file. */
export class FileSink implements PartSink {
  readonly #intake: FileTaker;
  readonly #most: Bound;
  readonly #done: () => void;
  #size = 0;

  constructor(intake: FileTaker, most: Bound, done: () => void) {
    this.#intake = intake;
    this.#most = most;
    this.#done = done;
  }

  write(bytes: Buffer, isOwn: boolean): Promise<void> | undefined {
    this.#size += bytes.length;
    if (this.#size > this.#most.bytes) throw AppError.of(this.#most.fault);
    return this.#intake.write(bytes, isOwn);
  }

  end(): void {
    this.#done();
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
