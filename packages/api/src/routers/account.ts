import { passwordSchema } from '@assay/shared';
import { z } from 'zod';
import {
  changePassword,
  endOtherSessions,
  endSession,
  findOwnLink,
  listSessions,
  unlinkProvider,
} from '../services/own-account.ts';
import { beginSecondFactor, endSecondFactor, makeBackupCodes } from '../services/second-factor.ts';
import { procedureFor, router } from '../trpc.ts';

const procedure = procedureFor('account');

const withPassword = z.object({ password: z.string().max(1000) });

export const accountRouter = router({
  /** What an authenticator app and a drawer get; nothing has changed until a code of the app's is sent. */
  beginSecondFactor: procedure
    .input(withPassword)
    .mutation(({ ctx, input }) => beginSecondFactor(ctx.app, ctx.user, { ...input, headers: ctx.headers })),
  endSecondFactor: procedure
    .input(withPassword)
    .mutation(({ ctx, input }) => endSecondFactor(ctx.app, ctx.user, input.password)),
  /** In the place of those there were. */
  makeBackupCodes: procedure
    .input(withPassword)
    .mutation(({ ctx, input }) => makeBackupCodes(ctx.app, ctx.user, { ...input, headers: ctx.headers })),
  sessions: procedure.query(({ ctx }) => listSessions(ctx.app, ctx.user)),
  endSession: procedure
    .input(z.object({ id: z.string().max(200) }))
    .mutation(({ ctx, input }) => endSession(ctx.app, ctx.user, input.id)),
  endOtherSessions: procedure.mutation(({ ctx }) => endOtherSessions(ctx.app, ctx.user)),
  changePassword: procedure
    .input(z.object({ current: z.string().max(1000), next: passwordSchema }))
    .mutation(({ ctx, input }) => changePassword(ctx.app, ctx.user, input)),
  /** Since when the asker signs in at the provider; null: they don't. */
  provider: procedure.query(({ ctx }) => findOwnLink(ctx.app, ctx.user)),
  unlinkProvider: procedure.mutation(({ ctx }) => unlinkProvider(ctx.app, ctx.user)),
});
