import type { CaseRole } from '@assay/shared';
import { and, eq, sql } from 'drizzle-orm';
import { type Db, planned } from '../client.ts';
import { bigints } from '../list-parameter.ts';
import { user } from '../schema/auth.ts';
import { caseMembers, cases } from '../schema/case.ts';
import { type Asker, casesOf } from './visibility.ts';

export type CaseRow = {
  id: string;
  name: string;
  /** Whose private case it is: a user name. */
  privateOf: string | null;
  /** The asker's. */
  role: CaseRole;
  createdBy: string;
  createdAt: Date;
  archivedAt: Date | null;
  heldAt: Date | null;
  retentionDays: number | null;
  /** Nobody sees the verdicts of others on something before two people have given theirs. */
  independentReview: boolean;
  members: number;
};

const nameOf = (id: unknown) => sql<string>`(select username from "user" u where u.id = ${id})`;
const countMembers = sql<number>`(select count(*)::int from case_members n where n.case_id = cases.id)`;

/** The cases that the asker may see, their private one first, then by name. */
export function listCases(db: Db, asker: Asker): Promise<CaseRow[]> {
  return selectCases(db, asker);
}

/** The case, when the asker may see it. */
export async function findCase(db: Db, asker: Asker, id: string): Promise<CaseRow | undefined> {
  const [row] = await selectCases(db, asker, id);
  return row;
}

function selectCases(db: Db, asker: Asker, id?: string): Promise<CaseRow[]> {
  return db
    .select({
      id: cases.id,
      name: cases.name,
      privateOf: nameOf(cases.privateOf),
      role: caseMembers.role,
      createdBy: nameOf(cases.createdBy),
      createdAt: cases.createdAt,
      archivedAt: cases.archivedAt,
      heldAt: cases.heldAt,
      retentionDays: cases.retentionDays,
      independentReview: cases.independentReview,
      members: countMembers,
    })
    .from(caseMembers)
    .innerJoin(cases, eq(cases.id, caseMembers.caseId))
    .where(
      and(
        eq(caseMembers.userId, asker.id),
        sql`${cases.id} in ${casesOf(asker, 'see')}`,
        id === undefined ? undefined : eq(cases.id, id),
      ),
    )
    .orderBy(sql`${cases.privateOf} is distinct from ${asker.id}`, sql`lower(${cases.name})`, cases.id);
}

/** Every case there is, with who manages it: nothing of what is in it. */
export function listAllCases(db: Db, userId: string) {
  return db
    .select({
      id: cases.id,
      name: cases.name,
      privateOf: nameOf(cases.privateOf),
      createdAt: cases.createdAt,
      archivedAt: cases.archivedAt,
      heldAt: cases.heldAt,
      members: countMembers,
      managers: sql<string[]>`array(select u.username from case_members m join "user" u on u.id = m.user_id
        where m.case_id = cases.id and m.role = 'manager' order by u.username)`,
      /** The asker's, who may be none of its members. */
      role: sql<CaseRole | null>`(select m.role from case_members m where m.case_id = cases.id and m.user_id = ${userId})`,
    })
    .from(cases)
    .orderBy(sql`${cases.privateOf} is not null`, sql`lower(${cases.name})`, cases.id);
}

export function listMembers(db: Db, caseId: string) {
  return db
    .select({
      userId: caseMembers.userId,
      username: sql<string>`coalesce(${user.displayUsername}, ${user.name})`,
      name: user.name,
      disabled: user.disabled,
      role: caseMembers.role,
      addedBy: nameOf(caseMembers.addedBy),
      addedAt: caseMembers.addedAt,
    })
    .from(caseMembers)
    .innerJoin(user, eq(user.id, caseMembers.userId))
    .where(eq(caseMembers.caseId, caseId))
    .orderBy(sql`${caseMembers.role} desc`, user.username);
}

export type UploadCase = { id: string; name: string; isPrivate: boolean; isArchived: boolean };

/**
 * The cases that the asker may upload into and means: by id or by name; without either, their private one and, when their
 * key is for some cases only, these.
 */
export async function listUploadCases(db: Db, asker: Asker, named: string | undefined): Promise<UploadCase[]> {
  const meant =
    named === undefined
      ? asker.cases
        ? sql`true`
        : sql`c.private_of = ${asker.id}`
      : sql`(c.id::text = ${named.toLowerCase()} or c.name = ${named})`;
  const rows = await db.execute<UploadCase>(
    planned(sql`select c.id, c.name, c.private_of is not distinct from ${asker.id} as "isPrivate",
        c.archived_at is not null as "isArchived"
      from cases c where c.id in ${casesOf(asker, 'contribute')} and ${meant} order by c.id limit 100`),
  );
  return [...rows];
}

export async function insertCase(tx: Db, { name, by }: { name: string; by: string }): Promise<string> {
  const [made] = await tx.insert(cases).values({ name, createdBy: by }).returning({ id: cases.id });
  if (!made) throw new Error('The case was not made');
  await insertMember(tx, { caseId: made.id, userId: by, role: 'manager', addedBy: by });
  return made.id;
}

/** The case, whoever asks; until the transaction ends nobody else changes it or its members. */
export async function lockCase(tx: Db, id: string) {
  const [row] = await tx.select().from(cases).where(eq(cases.id, id)).for('no key update');
  return row;
}

export type WorkCase = { id: string; name: string; role: CaseRole; isArchived: boolean };

/**
 * The case as the asker finds it, to do something in it; undefined: it is none of theirs. Until the transaction ends nobody
 * archives it, and others may do the same.
 */
export async function shareCase(tx: Db, asker: Asker, id: string): Promise<WorkCase | undefined> {
  const [row] = await tx.execute<WorkCase>(sql`
    select c.id, c.name, m.role, c.archived_at is not null as "isArchived"
    from cases c join case_members m on m.case_id = c.id and m.user_id = ${asker.id}
    where c.id = ${id} and c.id in ${casesOf(asker, 'see')} for share of c`);
  return row;
}

/** Whether the object is in the case. */
export async function isInCase(db: Db, caseId: string, objectId: number): Promise<boolean> {
  const rows = await db.execute(sql`select from case_objects where case_id = ${caseId} and object_id = ${objectId}`);
  return rows.length === 1;
}

export async function updateCase(
  tx: Db,
  id: string,
  change: Partial<
    Pick<typeof cases.$inferInsert, 'name' | 'archivedAt' | 'heldAt' | 'retentionDays' | 'independentReview'>
  >,
): Promise<void> {
  await tx.update(cases).set(change).where(eq(cases.id, id));
}

/** False: this person is a member already, and stays as they are. */
export async function insertMember(tx: Db, member: typeof caseMembers.$inferInsert): Promise<boolean> {
  const made = await tx
    .insert(caseMembers)
    .values(member)
    .onConflictDoNothing()
    .returning({ userId: caseMembers.userId });
  return made.length === 1;
}

const memberIs = (caseId: string, userId: string) =>
  and(eq(caseMembers.caseId, caseId), eq(caseMembers.userId, userId));

export async function findMemberRole(db: Db, caseId: string, userId: string): Promise<CaseRole | undefined> {
  const [row] = await db.select({ role: caseMembers.role }).from(caseMembers).where(memberIs(caseId, userId));
  return row?.role;
}

export async function updateMember(tx: Db, caseId: string, userId: string, role: CaseRole): Promise<void> {
  await tx.update(caseMembers).set({ role }).where(memberIs(caseId, userId));
}

export async function deleteMember(tx: Db, caseId: string, userId: string): Promise<void> {
  await tx.delete(caseMembers).where(memberIs(caseId, userId));
}

/** Managers of the case, this person left out, who can sign in. */
export async function countOtherManagers(tx: Db, caseId: string, userId: string): Promise<number> {
  const rows = await tx.execute<{ n: number }>(sql`
    select count(*)::int as n from case_members m join "user" u on u.id = m.user_id
    where m.case_id = ${caseId} and m.role = 'manager' and m.user_id <> ${userId} and not u.disabled`);
  return rows[0]?.n ?? 0;
}

/** By object: the cases of the asker that it is in, with since when. */
export async function listCasesOf(db: Db, asker: Asker, objectIds: number[]) {
  const rows = await db.execute<{ objectId: string; id: string; name: string; addedAt: Date }>(
    planned(sql`
    select co.object_id as "objectId", c.id, c.name, co.added_at as "addedAt"
    from case_objects co join cases c on c.id = co.case_id
    where co.object_id = any(${bigints(objectIds)}) and co.case_id in ${casesOf(asker, 'see')}
    order by co.object_id, co.added_at, c.id`),
  );
  return Map.groupBy(rows, ({ objectId }) => Number(objectId));
}
