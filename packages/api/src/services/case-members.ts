import {
  countOtherManagers,
  type Db,
  deleteMember,
  findMemberRole,
  findNamed,
  insertMember,
  lockCase,
  noteAccessChange,
  recordActs,
  updateMember,
} from '@assay/db';
import { AppError, type AuditAct, type CaseRole, listRights, mayInCase } from '@assay/shared';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';
import { noCase, takeSharedCase } from './cases.ts';

/** Throws `case_not_found`, `not_allowed`, `private_case`, `person_not_found`, `already_member`. */
export const addMember = (
  app: App,
  user: SignedIn,
  { id, username, role }: { id: string; username: string; role: CaseRole },
): Promise<void> =>
  app.db.transaction(async (tx) => {
    await takeSharedCase(tx, user, id, 'manage');
    const person = await findNamed(tx, username);
    if (!person || person.disabled || !listRights(person.role).includes('read'))
      throw AppError.of({
        code: 'person_not_found',
        field: 'username',
        message: `There is no ${username} here who works on cases. Ask for the user name that they sign in with`,
      });
    await add(tx, { caseId: id, userId: person.id, role, addedBy: user.id }, `${username} is a member already`);
    await put(tx, user, { act: 'add_member', id, details: { username: person.username, role } });
  });

/** For those who may see every case. Throws `case_not_found`, `already_member`. */
export const joinCase = (app: App, user: SignedIn, { id, role }: { id: string; role: CaseRole }): Promise<void> =>
  app.db.transaction(async (tx) => {
    if (!(await lockCase(tx, id))) throw noCase();
    await add(tx, { caseId: id, userId: user.id, role, addedBy: user.id }, 'You are a member already');
    await put(tx, user, { act: 'join_case', id, details: { role } });
  });

const put = (tx: Db, by: SignedIn, it: { act: AuditAct; id: string; details: Record<string, unknown> }) =>
  recordActs(tx, [{ by, act: it.act, subject: { kind: 'case', id: it.id }, details: it.details }]);

async function add(tx: Db, member: Parameters<typeof insertMember>[1], isOne: string): Promise<void> {
  if (!(await insertMember(tx, member)))
    throw AppError.of({ code: 'already_member', field: 'username', message: isOne });
}

/** Throws as `addMember`, and `member_not_found`, `last_manager`. */
export const changeMember = (
  app: App,
  user: SignedIn,
  { id, userId, role }: { id: string; userId: string; role: CaseRole },
): Promise<void> =>
  app.db.transaction(async (tx) => {
    await takeSharedCase(tx, user, id, 'manage');
    const before = await findRole(tx, id, userId);
    if (!mayInCase(role, 'manage')) await keepAManager(tx, id, userId);
    await updateMember(tx, id, userId, role);
    await put(tx, user, { act: 'change_member', id, details: { userId, from: before, to: role } });
    if (mayInCase(before, 'contribute') && !mayInCase(role, 'contribute')) await noteLoss(tx, user, userId);
  });

/**
 * Whoever leaves sees nothing of the case from then on, and what they have open is cut off. Throws as above. From somebody's
 * private case others only remove themselves.
 */
export const removeMember = (app: App, user: SignedIn, { id, userId }: { id: string; userId: string }): Promise<void> =>
  app.db.transaction(async (tx) => {
    const isSelf = userId === user.id;
    const found = isSelf ? await lockCase(tx, id) : await takeSharedCase(tx, user, id, 'manage');
    if (!found || (isSelf && !(await findMemberRole(tx, id, userId)))) throw noCase();
    await findRole(tx, id, userId);
    if (found.privateOf === userId) throw new AppError('private_case', 'Nobody leaves their own private case');
    await keepAManager(tx, id, userId);
    await deleteMember(tx, id, userId);
    await put(tx, user, { act: 'remove_member', id, details: { userId } });
    await noteLoss(tx, user, userId);
  });

async function findRole(tx: Db, caseId: string, userId: string): Promise<CaseRole> {
  const role = await findMemberRole(tx, caseId, userId);
  if (!role) throw new AppError('member_not_found', 'This person is no member of the case');
  return role;
}

async function keepAManager(tx: Db, caseId: string, userId: string): Promise<void> {
  if ((await countOtherManagers(tx, caseId, userId)) > 0) return;
  if (!mayInCase(await findRole(tx, caseId, userId), 'manage')) return;
  throw new AppError('last_manager', 'This is the case’s last manager: make another member one first');
}

/** What somebody does to themselves does not cut off the answer to it. */
async function noteLoss(tx: Db, by: SignedIn, userId: string): Promise<void> {
  if (by.id !== userId) await noteAccessChange(tx, userId, { lost: true });
}
