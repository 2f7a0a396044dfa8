import type { Asker, Origin, Person } from '@assay/db';
import { AppError, type KeyScope, listRights, type Right, rights, rightsBeforeEnrolment } from '@assay/shared';

/** Whom a request comes from. */
export interface SignedIn extends Credentials {
  /** From where. */
  from: Origin;
}

/** What a session or key says of who sent it. */
export interface Credentials extends Person, Asker {
  /** The session that it came with; undefined: it came with a key. */
  session?: { id: string; token: string };
  /** A person who has to set up a second factor before anything else. */
  mustEnrol?: boolean;
  key?: { id: string; name: string; scopes: KeyScope[] };
}

export const rightsOf = ({ role, key, mustEnrol }: Credentials): Right[] =>
  listRights(role, key?.scopes).filter((right) => !mustEnrol || rightsBeforeEnrolment.includes(right));

/** The one place where it is decided who may do what, for routes and procedures alike. Throws `not_allowed`. */
export function requireRight(asker: SignedIn, right: Right): void {
  if (rightsOf(asker).includes(right)) return;
  const { role, key, mustEnrol } = asker;
  if (!listRights(role).includes(right))
    throw new AppError('not_allowed', `As ${describeRole[role]} you may not do this: ${rights[right]}`);
  if (mustEnrol)
    throw new AppError(
      'second_factor_required',
      'Set up a second factor first, on the page Account: it is required here',
    );
  throw new AppError(
    'not_allowed',
    ofPeopleOnly.includes(right)
      ? `No API key is good for this: ${rights[right]}. Sign in instead`
      : `The API key ${key?.name} does not have the scope ${right}: ${rights[right]}`,
  );
}

const ofPeopleOnly: Right[] = ['keys', 'account', 'people', 'settings', 'cases', 'cases:all'];

const describeRole = { administrator: 'an administrator', investigator: 'an investigator', researcher: 'a researcher' };
