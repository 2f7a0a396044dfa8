import {
  type CaseRow,
  type Db,
  findCase,
  findMemberRole,
  insertCase,
  listAllCases,
  listCases,
  listMembers,
  lockCase,
  recordActs,
  updateCase,
} from '@assay/db';
import { AppError, type AuditAct, type CaseRight, caseRights, mayInCase } from '@assay/shared';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';

const viewCase = ({ createdAt, archivedAt, heldAt, ...row }: CaseRow) => ({
  ...row,
  createdAt: createdAt.toISOString(),
  archivedAt: archivedAt?.toISOString() ?? null,
  heldAt: heldAt?.toISOString() ?? null,
});

export async function listCaseViews(app: App, user: SignedIn) {
  return (await listCases(app.db, user)).map(viewCase);
}

/** Throws `case_not_found`. */
export async function getCase(app: App, user: SignedIn, id: string) {
  const row = await findCase(app.db, user, id);
  if (!row) throw noCase();
  const people = await listMembers(app.db, id);
  return {
    ...viewCase(row),
    people: people.map(({ addedAt, ...member }) => ({ ...member, addedAt: addedAt.toISOString() })),
  };
}

export async function listEveryCase(app: App, user: SignedIn) {
  const rows = await listAllCases(app.db, user.id);
  return rows.map(({ createdAt, archivedAt, heldAt, ...row }) => ({
    ...row,
    createdAt: createdAt.toISOString(),
    archivedAt: archivedAt?.toISOString() ?? null,
    heldAt: heldAt?.toISOString() ?? null,
  }));
}

/** Its maker is its first manager. */
export const makeCase = (app: App, user: SignedIn, name: string): Promise<{ id: string }> =>
  app.db.transaction(async (tx) => {
    const id = await insertCase(tx, { name, by: user.id });
    await recordActs(tx, [{ by: user, act: 'make_case', subject: { kind: 'case', id }, details: { name } }]);
    return { id };
  });

export const noCase = () => new AppError('case_not_found', 'There is no such case of yours');

/**
 * The case, which nobody else changes until the transaction ends, for whom has the right in it. Throws `case_not_found` when
 * this person is no member, as when there is none, and `not_allowed`.
 */
export async function takeCase(tx: Db, user: SignedIn, id: string, right: CaseRight) {
  const found = await lockCase(tx, id);
  const role = found && (await findMemberRole(tx, id, user.id));
  if (!found || !role) throw noCase();
  if (!mayInCase(role, right))
    throw new AppError('not_allowed', `As a ${role} of this case you may not do this: ${caseRights[right]}`);
  return found;
}

/** Throws as `takeCase`, and `private_case`. */
export async function takeSharedCase(tx: Db, user: SignedIn, id: string, right: CaseRight) {
  const found = await takeCase(tx, user, id, right);
  if (found.privateOf !== null)
    throw new AppError('private_case', 'A private case stays as it is: make a case of its own to share');
  return found;
}

type Change = Parameters<typeof updateCase>[2];

/** What is done to a case, and how it is put down. */
interface Deed {
  act: AuditAct;
  how: Change;
  /** Of a private case too. */
  ofAny?: boolean;
}

/** The acts whose record says how it is from now on. */
const detailed: ReadonlySet<AuditAct> = new Set(['rename_case', 'change_retention', 'change_review']);

const change = (app: App, user: SignedIn, id: string, { act, how, ofAny = false }: Deed): Promise<void> =>
  app.db.transaction(async (tx) => {
    const before = await (ofAny ? takeCase : takeSharedCase)(tx, user, id, 'manage');
    await updateCase(tx, id, how);
    const details = { case: before.name, ...(detailed.has(act) ? how : {}) };
    await recordActs(tx, [{ by: user, act, subject: { kind: 'case', id }, details }]);
  });

export const renameCase = (app: App, user: SignedIn, { id, name }: { id: string; name: string }) =>
  change(app, user, id, { act: 'rename_case', how: { name } });
export const archiveCase = (app: App, user: SignedIn, id: string) =>
  change(app, user, id, { act: 'archive_case', how: { archivedAt: new Date() } });
export const unarchiveCase = (app: App, user: SignedIn, id: string) =>
  change(app, user, id, { act: 'unarchive_case', how: { archivedAt: null } });
export const holdCase = (app: App, user: SignedIn, id: string) =>
  change(app, user, id, { act: 'hold_case', how: { heldAt: new Date() }, ofAny: true });
export const releaseCase = (app: App, user: SignedIn, id: string) =>
  change(app, user, id, { act: 'release_case', how: { heldAt: null }, ofAny: true });
export const keepFor = (app: App, user: SignedIn, { id, days }: { id: string; days: number | null }) =>
  change(app, user, id, { act: 'change_retention', how: { retentionDays: days }, ofAny: true });
export const reviewIndependently = (app: App, user: SignedIn, { id, on }: { id: string; on: boolean }) =>
  change(app, user, id, { act: 'change_review', how: { independentReview: on } });
