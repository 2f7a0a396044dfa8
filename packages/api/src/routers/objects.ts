import { listKnownObjects } from '@assay/db';
import { anyHashSchema, type KnownAnswer, knownQuestionSchema, previewKindSchema } from '@assay/shared';
import { z } from 'zod';
import { getObjectFamily } from '../services/object-family.ts';
import { tryPreviewAgain } from '../services/previews.ts';
import { procedureFor, router } from '../trpc.ts';

export const objectsRouter = router({
  /** What the object was made from, and what models made of it, with what others found in that. */
  family: procedureFor('read')
    .input(z.object({ hash: anyHashSchema }))
    .query(({ ctx, input }) => getObjectFamily(ctx.app, ctx.user, input.hash)),

  /** Which of these objects the asker may already see. A mutation, because the question is too long for an address. */
  known: procedureFor('upload')
    .input(knownQuestionSchema)
    .mutation(
      async ({ ctx, input }): Promise<KnownAnswer> => ({
        known: await listKnownObjects(ctx.app.db, ctx.user, input),
      }),
    ),

  /** A preview that could not be made is tried once more. */
  retryPreview: procedureFor('read')
    .input(z.object({ hash: anyHashSchema, kind: previewKindSchema }))
    .mutation(({ ctx, input }) => tryPreviewAgain(ctx.app, ctx.user, input)),
});
