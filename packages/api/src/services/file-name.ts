import type { ErrorDetail } from '@assay/shared';

/**
 * A file's name as it is kept: exactly as its sender wrote it, folders, control characters and all, but for what the
 * database can't hold (NUL and half surrogates become U+FFFD) and an empty one. What could fool a reader is made
 * visible where it is shown, not here: the name is evidence.
 */
export const keepableName = (sent: string | undefined): string =>
  (sent || 'unnamed').replaceAll('\0', '\u{FFFD}').toWellFormed();

/** What is wrong with a name that has more than `limit` characters; it is told with its beginning only. */
export function findNameFault(name: string, limit: number): ErrorDetail | undefined {
  if (name.length <= limit || [...name].length <= limit) return undefined;
  const file = `${[...name].slice(0, 100).join('')}…`;
  const message = `The name of ${file} is longer than ${limit} characters`;
  return { code: 'invalid_request', file, message, limit };
}
