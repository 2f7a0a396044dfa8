import { AppError } from '@assay/shared';
import { type PartHead, readPartHead } from './part-head.ts';

/** Takes the bytes of one part. A promise means: nothing more until it resolves, not the end of the part either. */
export interface PartSink {
  /** `isOwn`: the reader needs nothing more of the memory that they lie in, whoever gave it to the reader. */
  write(bytes: Buffer, isOwn: boolean): Promise<void> | undefined;
  end(): void;
}

const nothing = Buffer.alloc(0);

interface MultipartOptions {
  boundary: string;
  /** Most bytes of one part's headers. */
  headerBytes: number;
  /** Called with the head of each part in turn. A promise holds back all that follows. */
  openPart(head: PartHead): PartSink | Promise<PartSink>;
}

/** What there is to do next; `starved`: nothing, before more bytes come. */
type Step = 'starved' | undefined | Promise<void>;

/**
 * Splits a multipart body (RFC 2046, RFC 7578) into its parts as it comes in, without copying and in constant memory.
 * Stricter than the parsers that are for web forms: a file must not be cut short or passed over in silence, so a part
 * that can't be read, a boundary that goes on, and a part after the last boundary are errors (`invalid_request`,
 * `headers_too_large`, `incomplete_upload`), thrown or rejected by `write` and `end`.
 */
export class MultipartReader {
  readonly #options: MultipartOptions;
  readonly #delimiter: Buffer;
  #step: () => Step = this.#skipPreamble;
  /** What has come and is not read. It begins as if a line had ended before the first boundary. */
  #rest: Buffer = Buffer.from('\r\n');
  /** Of the preamble or the epilogue. */
  #skipped = 0;
  #sink: PartSink | undefined;

  constructor(options: MultipartOptions) {
    this.#options = options;
    this.#delimiter = Buffer.from(`\r\n--${options.boundary}`, 'latin1');
  }

  /** A promise means: write no more until it resolves. */
  write(bytes: Buffer): Promise<void> | undefined {
    const before = this.#rest;
    if (before.length === 0) this.#rest = bytes;
    else if (this.#step === this.#readBody && !this.#isBoundary(before, bytes)) {
      this.#rest = bytes;
      const wait = this.#sink?.write(before, false);
      if (wait !== undefined) return wait.then(() => this.#run());
    } else this.#rest = Buffer.concat([before, bytes]);
    return this.#run();
  }

  /** Whether what was held back may still be the beginning of a boundary, now that more has come. */
  #isBoundary(before: Buffer, bytes: Buffer): boolean {
    const known = Buffer.concat([before, bytes.subarray(0, this.#delimiter.length - before.length)]);
    return this.#delimiter.compare(known, 0, known.length, 0, known.length) === 0;
  }

  /** The body has ended. Throws when the form has not. */
  end(): void {
    if (this.#step === this.#skipEpilogue) return;
    throw new AppError('incomplete_upload', 'The form broke off: its last boundary never came');
  }

  #run(): Promise<void> | undefined {
    for (;;) {
      const step = this.#step();
      if (step === 'starved') return undefined;
      if (step !== undefined) return step.then(() => this.#run());
    }
  }

  #skipPreamble(): Step {
    const at = this.#rest.indexOf(this.#delimiter);
    if (at >= 0) return this.#passDelimiter(at);
    this.#skip(
      `The body has no boundary ${JSON.stringify(this.#options.boundary)}, which its Content-Type names, where it must begin`,
    );
    return 'starved';
  }

  #passDelimiter(at: number): undefined {
    this.#rest = this.#rest.subarray(at + this.#delimiter.length);
    this.#step = this.#readBoundaryEnd;
  }

  /** `--` ends the form; otherwise the line ends, perhaps after blanks. */
  #readBoundaryEnd(): Step {
    const rest = this.#rest;
    let at = 0;
    while (rest[at] === 0x20 || rest[at] === 0x09) at++;
    if (rest.length < at + 2 && at < this.#options.headerBytes) return 'starved';
    if (at === 0 && rest[0] === 0x2d && rest[1] === 0x2d) {
      this.#rest = rest.subarray(2);
      this.#skipped = 0;
      this.#step = this.#skipEpilogue;
    } else if (rest[at] === 0x0d && rest[at + 1] === 0x0a) {
      // The line's end stays: a head may have no line at all.
      this.#rest = rest.subarray(at);
      this.#step = this.#readHead;
    } else {
      const message =
        rest[at] === 0x0a
          ? 'The lines of the form end in LF. They must end in CR LF'
          : 'A line of the form begins with its boundary and goes on. Send it with another boundary';
      throw new AppError('invalid_request', message);
    }
    return undefined;
  }

  #readHead(): Step {
    const limit = this.#options.headerBytes;
    const end = this.#rest.indexOf('\r\n\r\n');
    if (end > limit || (end < 0 && this.#rest.length > limit + 4)) {
      const message = `The headers of a part of the form are longer than ${limit} bytes`;
      throw AppError.of({ code: 'headers_too_large', message, limit });
    }
    if (end < 0) return 'starved';
    const head = readPartHead(this.#rest.subarray(2, end));
    this.#rest = this.#rest.subarray(end + 2);
    this.#step = this.#endHead;
    const sink = this.#options.openPart(head);
    if (!(sink instanceof Promise)) {
      this.#sink = sink;
      return undefined;
    }
    return sink.then((opened) => {
      this.#sink = opened;
    });
  }

  /** The empty line after the head; where there is no body it may be the boundary's own. */
  #endHead(): Step {
    const compared = Math.min(this.#rest.length, this.#delimiter.length);
    if (this.#delimiter.compare(this.#rest, 0, compared, 0, compared) !== 0) {
      this.#rest = this.#rest.subarray(2);
      this.#step = this.#readBody;
      return undefined;
    }
    if (compared < this.#delimiter.length) return 'starved';
    this.#endPart(0);
    return undefined;
  }

  #readBody(): Step {
    const rest = this.#rest;
    const found = rest.indexOf(this.#delimiter);
    const end = found >= 0 ? found : startOfPart(rest, this.#delimiter);
    const body = rest.subarray(0, end);
    // Not a view of bytes that the sink has: it may give their memory back.
    if (found < 0) this.#rest = end < rest.length ? Buffer.from(rest.subarray(end)) : nothing;
    const isOwn = found < 0 && rest.length === rest.buffer.byteLength;
    const wait = end > 0 ? this.#sink?.write(body, isOwn) : undefined;
    if (found < 0) return wait ?? 'starved';
    if (wait !== undefined) return wait.then(() => this.#endPart(found));
    this.#endPart(found);
    return undefined;
  }

  #endPart(at: number): void {
    this.#sink?.end();
    this.#sink = undefined;
    this.#passDelimiter(at);
  }

  #skipEpilogue(): Step {
    if (this.#rest.includes(this.#delimiter))
      throw new AppError('invalid_request', 'A part follows the last boundary of the form');
    this.#skip('Something follows the last boundary of the form');
    return 'starved';
  }

  /** Passes over bytes outside of parts, which RFC 2046 allows; not more of them than a mail program would write. */
  #skip(message: string): void {
    const end = startOfPart(this.#rest, this.#delimiter);
    this.#skipped += end;
    this.#rest = this.#rest.subarray(end);
    if (this.#skipped > this.#options.headerBytes) throw new AppError('invalid_request', message);
  }
}

/** Where the bytes end in a beginning of the delimiter, which is their length when they don't. */
function startOfPart(bytes: Buffer, delimiter: Buffer): number {
  const from = Math.max(0, bytes.length - delimiter.length + 1);
  for (let at = bytes.indexOf(0x0d, from); at >= 0; at = bytes.indexOf(0x0d, at + 1))
    if (delimiter.compare(bytes, at, bytes.length, 0, bytes.length - at) === 0) return at;
  return bytes.length;
}
