import { type SQL, sql } from 'drizzle-orm';

/*
 * Lists as one parameter each: the statement's text is the same for however many there are, so that it is built and planned
 * once.
 */

export const bigints = (numbers: readonly number[]): SQL => sql`${`{${numbers.join()}}`}::bigint[]`;

export const uuids = (ids: readonly string[]): SQL => sql`${`{${ids.join()}}`}::uuid[]`;

/** Hashes in hexadecimal, as the columns of hashes have them. */
export const hashes = (hex: readonly string[]): SQL =>
  sql`${`{${hex.map((hash) => `"\\\\x${hash}"`).join()}}`}::bytea[]`;
