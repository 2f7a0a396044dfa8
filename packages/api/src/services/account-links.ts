import { createHash, randomBytes } from 'node:crypto';
import {
  type Db,
  endSessionsOf,
  findAccountLink,
  insertAccountLink,
  insertPerson,
  noteAccessChange,
  type Origin,
  recordActs,
  revokePasswordLinksOf,
  setAccountLinkUser,
  setPassword,
  useAccountLink,
} from '@assay/db';
import { AppError, type LinkKind, type Role } from '@assay/shared';
import { v7 as uuidv7 } from 'uuid';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';
import { hashPassword } from '../auth.ts';
import { checkPassword } from './check-password.ts';

const daysGood: Record<LinkKind, number> = { invitation: 7, password: 1 };

/** What the link ends in is in here, and nowhere else. */
export interface MadeLink {
  token: string;
  /** ISO 8601. */
  endsAt: string;
}

export const hashToken = (token: string) => createHash('sha256').update(token).digest('hex');

async function makeLink(
  tx: Db,
  maker: SignedIn,
  link: { kind: LinkKind; role: Role; note?: string; userId?: string },
): Promise<MadeLink & { id: string }> {
  const id = uuidv7();
  const token = randomBytes(32).toString('base64url');
  const endsAt = new Date(Date.now() + daysGood[link.kind] * 24 * 60 * 60 * 1000);
  await insertAccountLink(tx, { ...link, id, tokenHash: hashToken(token), madeBy: maker.id, endsAt });
  return { id, token, endsAt: endsAt.toISOString() };
}

/** A link with which somebody makes an account with this role, once, within a week. */
export const invite = (app: App, maker: SignedIn, invitation: { role: Role; note: string }): Promise<MadeLink> =>
  app.db.transaction(async (tx) => {
    const { id, ...link } = await makeLink(tx, maker, { ...invitation, kind: 'invitation' });
    await recordActs(tx, [{ by: maker, act: 'invite', subject: { kind: 'invitation', id }, details: invitation }]);
    return link;
  });

/** A link that gives the person a new password, once, within a day. Those made before are of no use then. */
export async function makePasswordLink(
  tx: Db,
  maker: SignedIn,
  person: { id: string; role: Role; username: string | null },
): Promise<MadeLink> {
  await revokePasswordLinksOf(tx, person.id);
  const { id: _, ...link } = await makeLink(tx, maker, { kind: 'password', role: person.role, userId: person.id });
  const details = { username: person.username };
  await recordActs(tx, [{ by: maker, act: 'make_password_link', subject: { kind: 'person', id: person.id }, details }]);
  return link;
}

const noLink = () =>
  new AppError('link_not_found', 'This link is of no use any more: it works once, and not for ever. Ask for a new one');

/** What the link is for. Throws `link_not_found`. */
export async function readLink(app: App, token: string) {
  const link = await findAccountLink(app.db, hashToken(token));
  if (!link) throw noLink();
  const { kind, role, username, endsAt } = link;
  return { kind, role, username, endsAt: endsAt.toISOString() };
}

/** Makes the account of an invitation. Throws `link_not_found`, `weak_password`, `username_taken`. */
export async function acceptInvitation(
  app: App,
  person: { token: string; username: string; name: string; password: string },
  from: Origin,
): Promise<void> {
  const tokenHash = hashToken(person.token);
  // Nobody learns what passwords or names are taken who has no link.
  if ((await findAccountLink(app.db, tokenHash))?.kind !== 'invitation') throw noLink();
  await checkPassword(person.password, person);
  const passwordHash = await hashPassword(app.auth, person.password);
  await app.db.transaction(async (tx) => {
    const link = await useAccountLink(tx, tokenHash);
    if (link?.kind !== 'invitation') throw noLink();
    const id = uuidv7();
    if (!(await insertPerson(tx, { ...person, id, role: link.role, passwordHash })))
      throw AppError.of({
        code: 'username_taken',
        field: 'username',
        message: `There is a ${person.username} already`,
      });
    await setAccountLinkUser(tx, link.id, id);
    const by = { id, username: person.username.toLowerCase(), from };
    const details = { role: link.role };
    await recordActs(tx, [{ by, act: 'accept_invitation', subject: { kind: 'invitation', id: link.id }, details }]);
  });
}

/** Sets the password that the link is for, ends every session, and gives the user name. Throws as above. */
export async function choosePassword(
  app: App,
  choice: { token: string; password: string },
  from: Origin,
): Promise<string> {
  const tokenHash = hashToken(choice.token);
  const found = await findAccountLink(app.db, tokenHash);
  if (found?.kind !== 'password' || !found.username) throw noLink();
  await checkPassword(choice.password, { username: found.username, name: '' });
  const passwordHash = await hashPassword(app.auth, choice.password);
  await app.db.transaction(async (tx) => {
    const link = await useAccountLink(tx, tokenHash);
    if (!link?.userId) throw noLink();
    await setPassword(tx, link.userId, passwordHash);
    const sessions = await endSessionsOf(tx, link.userId);
    const by = { id: link.userId, username: found.username ?? undefined, from };
    const subject = { kind: 'person' as const, id: link.userId };
    await recordActs(tx, [{ by, act: 'choose_password', subject, details: { sessions } }]);
    await noteAccessChange(tx, link.userId);
  });
  return found.username;
}
