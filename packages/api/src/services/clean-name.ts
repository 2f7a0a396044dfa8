/** A file's name as the database can keep it; otherwise it is left as its sender wrote it. */
export const cleanName = (name: string | undefined): string =>
  (name || 'unnamed').replaceAll('\0', '\u{FFFD}').toWellFormed();
