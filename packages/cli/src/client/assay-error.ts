import { type ErrorBody, errorBodySchema } from '@assay/shared';

/** Why Assay did not do what it was asked, or that nobody answered. Its message is meant for people. */
export class AssayError extends Error {
  override name = 'AssayError';
  /** An ErrorCode of the server; `unreachable`: no answer came; `unexpected_answer`: it was not Assay that answered. */
  readonly code: string;
  /** Of HTTP; undefined: no answer came. */
  readonly status: number | undefined;
  /** Every fault of the request, with its field or file. */
  readonly details: ErrorBody['error']['details'];
  /** How long the server wants to be left alone. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: string,
    message: string,
    about: ErrorOptions & Partial<Pick<AssayError, 'status' | 'details' | 'retryAfterSeconds'>> = {},
  ) {
    super(message, about);
    this.code = code;
    this.status = about.status;
    this.details = about.details ?? [];
    this.retryAfterSeconds = about.retryAfterSeconds;
  }

  /** Whether the same request may well succeed a while later. A full store stays full. */
  get isPassing(): boolean {
    if (this.status === undefined) return this.code === 'unreachable';
    if (this.code === 'upload_locked' || this.code === 'offset_conflict') return true;
    return (this.status >= 500 && this.status !== 507) || this.status === 429 || this.status === 408;
  }
}

/** The error that an answer other than 2xx stands for. */
export function readError(status: number, text: string, retryAfter: string | undefined): AssayError {
  const seconds = Number(retryAfter);
  const about = { status, retryAfterSeconds: retryAfter && Number.isFinite(seconds) ? seconds : undefined };
  const body = errorBodySchema.safeParse(parseJson(text));
  if (body.success) {
    const { code, message, details } = body.data.error;
    return new AssayError(code, message, { ...about, details });
  }
  return new AssayError('unexpected_answer', `The server answered ${status}, and not as Assay does`, about);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
