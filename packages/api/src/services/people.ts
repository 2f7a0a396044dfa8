import {
  type Db,
  endSessionsOf,
  listInvitations,
  listPeople,
  lockAdministrators,
  lockPerson,
  noteAccessChange,
  recordActs,
  removeSecondFactor,
  revokeAccountLink,
  updatePerson,
} from '@assay/db';
import { AppError, type Role } from '@assay/shared';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';
import { type MadeLink, makePasswordLink } from './account-links.ts';

export async function viewPeople(app: App) {
  const [people, invitations] = await Promise.all([listPeople(app.db), listInvitations(app.db)]);
  return {
    people: people.map(({ createdAt, ...person }) => ({ ...person, createdAt: createdAt.toISOString() })),
    invitations: invitations.map(({ madeAt, endsAt, ...invitation }) => ({
      ...invitation,
      madeAt: madeAt.toISOString(),
      endsAt: endsAt.toISOString(),
    })),
  };
}

/** Throws `person_not_found`, and `last_administrator` when nobody could look after accounts any more. */
export const setRole = (app: App, by: SignedIn, { id, role }: { id: string; role: Role }): Promise<void> =>
  app.db.transaction(async (tx) => {
    if (role !== 'administrator') await keepAnAdministrator(tx, id);
    const before = await findPerson(tx, id);
    await updatePerson(tx, id, { role });
    const details = { username: before.username, from: before.role, to: role };
    await recordActs(tx, [{ by, act: 'change_role', subject: { kind: 'person', id }, details }]);
    await noteAccessChange(tx, id);
  });

/** Ends what the person has open, sessions too; keys are of no use until they are enabled again. Throws as above. */
export const disablePerson = (app: App, by: SignedIn, id: string): Promise<void> =>
  app.db.transaction(async (tx) => {
    await keepAnAdministrator(tx, id);
    const { username } = await findPerson(tx, id);
    await updatePerson(tx, id, { disabled: true });
    const sessions = await endSessionsOf(tx, id);
    const details = { username, sessions };
    await recordActs(tx, [{ by, act: 'disable_person', subject: { kind: 'person', id }, details }]);
    await noteAccessChange(tx, id);
  });

export const enablePerson = (app: App, by: SignedIn, id: string): Promise<void> =>
  app.db.transaction(async (tx) => {
    const { username } = await findPerson(tx, id);
    await updatePerson(tx, id, { disabled: false });
    await recordActs(tx, [{ by, act: 'enable_person', subject: { kind: 'person', id }, details: { username } }]);
  });

export const resetPassword = (app: App, maker: SignedIn, id: string): Promise<MadeLink> =>
  app.db.transaction(async (tx) => {
    const person = await findPerson(tx, id);
    return makePasswordLink(tx, maker, { ...person, id });
  });

/** Ends sessions too: whoever has one must not set up another factor with it. */
export const removeSecondFactorOf = (app: App, by: SignedIn, id: string): Promise<void> =>
  app.db.transaction(async (tx) => {
    const { username } = await findPerson(tx, id);
    await removeSecondFactor(tx, id);
    const sessions = await endSessionsOf(tx, id);
    const details = { username, sessions };
    await recordActs(tx, [{ by, act: 'remove_second_factor', subject: { kind: 'person', id }, details }]);
    await noteAccessChange(tx, id);
  });

export const revokeInvitation = (app: App, by: SignedIn, id: string): Promise<void> =>
  app.db.transaction(async (tx) => {
    if (!(await revokeAccountLink(tx, id)))
      throw new AppError('link_not_found', 'This invitation is of no use any more as it is');
    await recordActs(tx, [{ by, act: 'revoke_invitation', subject: { kind: 'invitation', id } }]);
  });

async function findPerson(tx: Db, id: string) {
  const person = await lockPerson(tx, id);
  if (!person) throw new AppError('person_not_found', 'There is no such person');
  return person;
}

/** Administrators are locked before anybody else, and in one order, so that two who remove each other wait in line. */
async function keepAnAdministrator(tx: Db, id: string): Promise<void> {
  const others = (await lockAdministrators(tx)).filter((administrator) => administrator !== id);
  if (others.length === 0)
    throw new AppError(
      'last_administrator',
      'Nobody else could look after accounts: make somebody an administrator first',
    );
}
