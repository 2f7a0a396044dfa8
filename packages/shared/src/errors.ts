import { z } from 'zod';

/** Every code that an answer can carry, and the HTTP status it goes out with. */
const errorStatus = {
  invalid_request: 400,
  no_models: 400,
  invalid_models: 400,
  invalid_type: 400,
  invalid_search: 400,
  weak_password: 400,
  empty_file: 400,
  unfit_model: 400,
  incomplete_upload: 400,
  not_signed_in: 401,
  not_allowed: 403,
  wrong_password: 403,
  second_factor_required: 403,
  not_found: 404,
  no_provider: 404,
  object_not_found: 404,
  preview_not_ready: 404,
  no_preview: 404,
  run_not_found: 404,
  case_not_found: 404,
  member_not_found: 404,
  upload_not_found: 404,
  person_not_found: 404,
  key_not_found: 404,
  session_not_found: 404,
  webhook_not_found: 404,
  link_not_found: 404,
  verdict_not_found: 404,
  tag_not_found: 404,
  note_not_found: 404,
  bulk_act_not_found: 404,
  request_timeout: 408,
  already_set_up: 409,
  last_administrator: 409,
  last_manager: 409,
  already_member: 409,
  private_case: 409,
  case_archived: 409,
  case_held: 409,
  judged_since: 409,
  not_undoable: 409,
  nothing_to_judge: 409,
  already_there: 409,
  too_many_tags: 409,
  not_removable: 409,
  username_taken: 409,
  second_factor_set_up: 409,
  not_retryable: 409,
  webhook_exists: 409,
  delivery_under_way: 409,
  offset_conflict: 409,
  upload_complete: 409,
  upload_expired: 410,
  object_deleted: 410,
  unknown_tus_version: 412,
  file_too_large: 413,
  field_too_large: 413,
  request_too_large: 413,
  too_many_files: 413,
  too_many_fields: 413,
  unsupported_media: 415,
  unsupported_content_type: 415,
  unsupported_encoding: 415,
  expectation_failed: 417,
  upload_locked: 423,
  too_many_requests: 429,
  headers_too_large: 431,
  internal: 500,
  not_ready: 503,
  provider_away: 503,
  search_too_slow: 503,
  store_unavailable: 503,
  storage_full: 507,
} as const;

export type ErrorCode = keyof typeof errorStatus;

/** One fault among several of one request: what is wrong, with what, and what would be right. */
export interface ErrorDetail {
  code: ErrorCode;
  message: string;
  /** The form field, query parameter or JSON path that is wrong. */
  field?: string | undefined;
  /** The file that is wrong, as its sender named it. */
  file?: string | undefined;
  /** The most (or, of a pace, the least) that is allowed, in the unit that the message names. */
  limit?: number | undefined;
  /** Of a search that can't be read: from where to where of its text (UTF-16 code units), and what could stand there. */
  start?: number | undefined;
  end?: number | undefined;
  expected?: string | undefined;
}

/**
 * An error whose message is meant for the person who asked. Anything else that is thrown is a
 * defect: it goes to the log and the asker gets `internal` with the log's reference.
 */
export class AppError extends Error {
  override name = 'AppError';
  readonly code: ErrorCode;
  readonly details: ErrorDetail[];

  constructor(code: ErrorCode, message: string, options: ErrorOptions & { details?: ErrorDetail[] } = {}) {
    super(message, options);
    this.code = code;
    this.details = options.details ?? [];
  }

  /** Of a request with one fault or several: the first speaks for all, and all are its details. */
  static of(fault: ErrorDetail, ...others: ErrorDetail[]): AppError {
    return new AppError(fault.code, fault.message, { details: [fault, ...others] });
  }

  get status(): number {
    return errorStatus[this.code];
  }

  /** As it goes out. */
  toBody(): ErrorBody {
    return { error: { code: this.code, message: this.message, details: this.details } };
  }
}

/** The body of every answer that is not a success, on every route but tRPC's. */
export const errorBodySchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    details: z.array(
      z.object({
        code: z.string(),
        message: z.string(),
        field: z.string().optional(),
        file: z.string().optional(),
        limit: z.number().optional(),
        start: z.number().optional(),
        end: z.number().optional(),
        expected: z.string().optional(),
      }),
    ),
  }),
});

export type ErrorBody = z.infer<typeof errorBodySchema>;
