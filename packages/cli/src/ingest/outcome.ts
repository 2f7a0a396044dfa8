import type { MediaType, Mismatch } from '@assay/shared';

/**
 * stored   its bytes are new to the server
 * known    the server had its bytes; it is an upload of this run all the same
 * refused  it is not what Assay takes: empty, of no media type, of a type that no chosen model takes, too large
 * failed   it could not be read or sent; a later run may bring it in
 * skipped  it is no file: a symbolic link, socket, device or pipe
 */
export const outcomeStates = ['stored', 'known', 'refused', 'failed', 'skipped'] as const;
export type OutcomeState = (typeof outcomeStates)[number];

/** What became of one file: a line of `--json`. */
export interface Outcome {
  path: string;
  state: OutcomeState;
  /** Bytes; null when it was not read to its end. */
  size: number | null;
  sha256: string | null;
  mediaType: MediaType | null;
  mime: string | null;
  mismatch: Mismatch | null;
  error: { code: string; message: string } | null;
}

const nothingKnown = { size: null, sha256: null, mediaType: null, mime: null, mismatch: null };

export const notIn = (
  state: 'refused' | 'failed' | 'skipped',
  about: Pick<Outcome, 'path'> & Partial<Outcome>,
  code: string,
  message: string,
): Outcome => ({ ...nothingKnown, ...about, state, error: { code, message } });

export const isOutcome = (about: object): about is Outcome => 'state' in about;
