import { createHash } from 'node:crypto';
import { type SQL, sql } from 'drizzle-orm';

/**
 * A text within a statement instead of beside it, for where the planner has to know it: a tsquery that is not known when
 * the statement is planned costs a hundred times as much.
 */
export const literal = (text: string): SQL =>
  sql.raw(`E'${text.replaceAll('\0', '').replaceAll('\\', '\\\\').replaceAll("'", "''")}'`);

/** As the function `result_key` of the database makes it. */
export function resultKey(kind: 'class' | 'annotation', model: string, name: string): SQL {
  const digest = createHash('md5').update(`${kind}/${model}/${name}`).digest();
  return sql.raw(`${digest.readBigInt64BE()}::bigint`);
}

const signs = /[!-/:-@[-`{-~\s]+/;

/**
 * The tsquery of words that a person wrote, cut as the function `search_words` cuts: one after the other, and the last one
 * also as a beginning unless it was in quotes. Undefined: there is no word in it.
 */
export function toTsquery(text: string, quoted: boolean): SQL | undefined {
  const words = text.replaceAll('\0', '').split(signs).filter(Boolean);
  if (words.length === 0) return undefined;
  const parts = words.map((word) => `'${word}'`).join(' <-> ');
  return sql`to_tsquery('pg_catalog.simple', ${literal(quoted ? parts : `${parts}:*`)})`;
}

/** A pattern of LIKE that is this text somewhere, in small letters. */
export const containing = (text: string): SQL => literal(`%${text.toLowerCase().replace(/[\\%_]/g, (c) => `\\${c}`)}%`);
