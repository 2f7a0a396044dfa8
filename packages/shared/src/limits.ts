import { type DerivationLimits, defaultDerivationLimits } from './derivation-limits.ts';

/** What one request may cost. Whatever goes over one of these is refused with an error that names it and its number. */
export interface Limits {
  /** Bytes of one file. */
  fileBytes: number;
  /** Bytes of one upload request, all files and fields together. */
  requestBytes: number;
  /** Files of one upload request. */
  files: number;
  /** Text fields of one upload request. */
  fields: number;
  /** Bytes of one text field. */
  fieldBytes: number;
  /** Bytes of all text fields of one upload request: they are held in memory. */
  allFieldBytes: number;
  /** Bytes of a request's own headers. */
  headerBytes: number;
  /** Bytes of the headers of one part of a form. A file name of the longest kind fits in, percent-encoded. */
  partHeaderBytes: number;
  /** Characters of a file's name. */
  nameCharacters: number;
  /** Bytes of the store's disk that uploads leave free. */
  minFreeBytes: number;
  /** Within which a request's headers must be there. */
  headerSeconds: number;
  /** For which a sender may send nothing, and a reader read nothing. */
  idleSeconds: number;
  /** That a sender keeps up, averaged over `paceSeconds` of waiting for it. */
  minBytesPerSecond: number;
  paceSeconds: number;
  /** For which a refused sender is listened to, so that the answer reaches it. */
  lingerSeconds: number;
  /** Of what models make of one file. */
  derivations: DerivationLimits;
}

export const defaultLimits: Limits = {
  fileBytes: 50 * 2 ** 30,
  requestBytes: 100 * 2 ** 30,
  files: 10_000,
  fields: 12_000,
  fieldBytes: 64 * 2 ** 10,
  allFieldBytes: 16 * 2 ** 20,
  headerBytes: 16 * 2 ** 10,
  partHeaderBytes: 64 * 2 ** 10,
  nameCharacters: 4096,
  minFreeBytes: 2 ** 30,
  headerSeconds: 30,
  idleSeconds: 60,
  minBytesPerSecond: 1024,
  paceSeconds: 60,
  lingerSeconds: 10,
  derivations: defaultDerivationLimits,
};
