import { listKnownObjects } from '@assay/db';
import { type KnownAnswer, knownQuestionSchema } from '@assay/shared';
import { procedureFor, router } from '../trpc.ts';

export const objectsRouter = router({
  /** Which of these objects the asker may already see. A mutation, because the question is too long for an address. */
  known: procedureFor('upload')
    .input(knownQuestionSchema)
    .mutation(
      async ({ ctx, input }): Promise<KnownAnswer> => ({
        known: await listKnownObjects(ctx.app.db, ctx.user, input),
      }),
    ),
});
