import { type SQL, sql } from 'drizzle-orm';

/*
 * Which rows of `judgements` count, and who may know of them. Of one thing the newest counts; in a case with independent
 * review it is the newest of each person, and what others said is shown once two people have given a verdict, to everybody.
 * Tags are the case's in either.
 */

type Row = 'j' | 'n' | 's' | 't' | 'o';

/** Whether the rows are about the same thing of the same object. */
export const isOfSame = (one: Row, other: Row): SQL => {
  const [a, b] = [sql.raw(one), sql.raw(other)];
  return sql`${a}.object_id = ${b}.object_id and ${a}.case_id = ${b}.case_id
    and ${a}.prediction_id is not distinct from ${b}.prediction_id and ${a}.tag_id is not distinct from ${b}.tag_id`;
};

/** Whether the row is a verdict in a case with independent review. */
export const isIndependent = (row: Row): SQL =>
  sql`(${sql.raw(row)}.tag_id is null and (select c.independent_review from cases c where c.id = ${sql.raw(row)}.case_id))`;

/** Whether the row `other` takes the place of, or gave its place to, the row `one`. */
export const isInPlaceOf = (one: Row, other: Row): SQL =>
  sql`${isOfSame(one, other)} and (${sql.raw(one)}.made_by = ${sql.raw(other)}.made_by or not ${isIndependent(other)})`;

/** Two people have given a verdict on what the row is about: it is no secret any more, though one takes theirs back. */
export const isOpen = (row: Row): SQL => sql`(select count(distinct o.made_by) from judgements o
  where ${isOfSame('o', row)} and o.value is not null) > 1`;

/** Whether the person may know of the row. */
export const isShownTo = (userId: string, row: Row): SQL =>
  sql`(${sql.raw(row)}.made_by = ${userId} or not ${isIndependent(row)} or ${isOpen(row)})`;
