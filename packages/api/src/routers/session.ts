import { rightsOf } from '../access.ts';
import { procedureFor, router } from '../trpc.ts';

export const sessionRouter = router({
  /** Who is signed in, and what they may do. */
  me: procedureFor('self').query(({ ctx: { user } }) => {
    const { id, username, name, role, hasSecondFactor, hasPassword, mustEnrol = false, key = null } = user;
    return { id, username, name, role, rights: rightsOf(user), hasSecondFactor, hasPassword, mustEnrol, key };
  }),
});
