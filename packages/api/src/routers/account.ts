import { passwordSchema } from '@assay/shared';
import { z } from 'zod';
import { changePassword, endOtherSessions, endSession, listSessions } from '../services/own-account.ts';
import { procedureFor, router } from '../trpc.ts';

const procedure = procedureFor('account');

export const accountRouter = router({
  sessions: procedure.query(({ ctx }) => listSessions(ctx.app, ctx.user)),
  endSession: procedure
    .input(z.object({ id: z.string().max(200) }))
    .mutation(({ ctx, input }) => endSession(ctx.app, ctx.user, input.id)),
  endOtherSessions: procedure.mutation(({ ctx }) => endOtherSessions(ctx.app, ctx.user)),
  changePassword: procedure
    .input(z.object({ current: z.string().max(1000), next: passwordSchema }))
    .mutation(({ ctx, input }) => changePassword(ctx.app, ctx.user, { ...input, address: ctx.address })),
});
