import { type CaseRight, caseRoles, listCaseRoles } from '@assay/shared';
import { type SQL, sql } from 'drizzle-orm';
import { uuids } from '../list-parameter.ts';

/** Whoever asks for objects. */
export interface Asker {
  /** Of the user. */
  id: string;
  /** The only cases that the key they come with is good for; undefined: all of theirs. */
  cases?: readonly string[] | undefined;
  /** All cases that they see, where they were read already. */
  seen?: readonly string[];
}

/** The ids of the cases in which the asker has the right, in parentheses: a subquery, or a list where that was read. */
export function casesOf({ id, cases, seen }: Asker, right: CaseRight): SQL {
  // The planner knows how many rows these cases have.
  if (seen && right === 'see') return sql.raw(`(${seen.length > 0 ? seen.map((each) => `'${each}'`).join() : 'null'})`);
  const roles = listCaseRoles(right);
  const withRole =
    roles.length === caseRoles.length ? sql`` : sql.raw(` and m.role in (${roles.map((role) => `'${role}'`).join()})`);
  const bound = cases ? sql` and m.case_id = any(${uuids(cases)})` : sql``;
  return sql`(select m.case_id from case_members m where m.user_id = ${id}${withRole}${bound})`;
}

/**
 * Whether that is a case in which the asker has the right, of rows that are found otherwise: `is true` keeps the planner from
 * looking in the index for each of the cases.
 */
export const isCaseOf = (asker: Asker, right: CaseRight, caseId: SQL): SQL =>
  asker.seen ? sql`(${caseId} in ${casesOf(asker, right)}) is true` : sql`${caseId} in ${casesOf(asker, right)}`;

/**
 * Whether the asker has the right in a case that the object is in: one into which it was uploaded, or something that it was
 * derived from. So what models made goes and is hidden with what they made it from. Nothing else decides it: every query
 * that finds an object for somebody asks here.
 */
export const isVisibleTo = (
  asker: Asker,
  objectId: SQL = sql`objects.id`,
  right: CaseRight = 'see',
): SQL<boolean> => sql<boolean>`
  exists (select from case_objects co where co.object_id = ${objectId} and ${isCaseOf(asker, right, sql`co.case_id`)})`;

/** Where the object stands in a list of the asker's by upload: the first place that it has in a case of theirs; null: in none. */
export const ownPlace = (asker: Asker, objectId: SQL = sql`objects.id`): SQL => sql`
  (select min(co.place) from case_objects co where co.object_id = ${objectId} and ${isCaseOf(asker, 'see', sql`co.case_id`)})`;

/** Whether the asker may see the upload `u`: its file name, and who brought it in. */
export const maySeeUpload = (asker: Asker): SQL<boolean> => sql<boolean>`u.case_id in ${casesOf(asker, 'see')}`;

/** Whether the row `co` of `case_objects` has its object still: it was not deleted from the case. */
export const isKept = sql<boolean>`not exists (select from deletions d where d.object_id = co.object_id
  and d.case_id = co.case_id and d.ended_at is null)`;

/** Whether a case in which the asker may see the object has it still: they get its bytes. */
export const isKeptFor = (asker: Asker, objectId: SQL = sql`objects.id`): SQL<boolean> => sql<boolean>`
  exists (select from case_objects co where co.object_id = ${objectId}
    and ${isCaseOf(asker, 'see', sql`co.case_id`)} and ${isKept})`;

/** Whether the asker knows the object, and it was deleted from each of their cases that had it: they don't get its bytes. */
export const isDeletedFor = (asker: Asker, objectId: SQL): SQL<boolean> => sql<boolean>`
  (exists (select from deletions d where d.object_id = ${objectId} and d.ended_at is null
    and d.case_id in ${casesOf(asker, 'see')}) and not ${isKeptFor(asker, objectId)})`;
