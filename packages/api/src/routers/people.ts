import { roleSchema } from '@assay/shared';
import { z } from 'zod';
import { invite } from '../services/account-links.ts';
import {
  disablePerson,
  enablePerson,
  removeSecondFactorOf,
  resetPassword,
  revokeInvitation,
  setRole,
  viewPeople,
} from '../services/people.ts';
import { procedureFor, router } from '../trpc.ts';

const procedure = procedureFor('people');
const one = z.object({ id: z.string().max(200) });

export const peopleRouter = router({
  /** Everybody who has an account, and invitations that nobody has taken up yet. */
  list: procedure.query(({ ctx }) => viewPeople(ctx.app)),
  invite: procedure
    .input(z.object({ role: roleSchema, note: z.string().trim().max(200).default('') }))
    .mutation(({ ctx, input }) => invite(ctx.app, ctx.user, input)),
  revokeInvitation: procedure
    .input(z.object({ id: z.uuid() }))
    .mutation(({ ctx, input }) => revokeInvitation(ctx.app, ctx.user, input.id)),
  setRole: procedure
    .input(one.extend({ role: roleSchema }))
    .mutation(({ ctx, input }) => setRole(ctx.app, ctx.user, input)),
  disable: procedure.input(one).mutation(({ ctx, input }) => disablePerson(ctx.app, ctx.user, input.id)),
  enable: procedure.input(one).mutation(({ ctx, input }) => enablePerson(ctx.app, ctx.user, input.id)),
  /** For who has lost it. */
  removeSecondFactor: procedure
    .input(one)
    .mutation(({ ctx, input }) => removeSecondFactorOf(ctx.app, ctx.user, input.id)),
  /** A link with which the person chooses a new password. */
  resetPassword: procedure.input(one).mutation(({ ctx, input }) => resetPassword(ctx.app, ctx.user, input.id)),
});
