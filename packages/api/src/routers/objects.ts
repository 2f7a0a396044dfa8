import { listKnownObjects } from '@assay/db';
import {
  anyHashSchema,
  deletionReasonSchema,
  type KnownAnswer,
  knownQuestionSchema,
  previewKindSchema,
} from '@assay/shared';
import { z } from 'zod';
import { deleteObject, planDeletion } from '../services/delete-object.ts';
import { getObjectFamily } from '../services/object-family.ts';
import { tryPreviewAgain } from '../services/previews.ts';
import { countObjects, findObjects, getFacets, searchSchema } from '../services/search-objects.ts';
import { suggestSchema, suggestValues } from '../services/suggest-values.ts';
import { procedureFor, router } from '../trpc.ts';

const deletable = z.object({ hash: anyHashSchema, case: z.uuid() });

export const objectsRouter = router({
  /** Objects that a query of the search language finds, a page of them; `next` is the cursor of the one after. */
  search: procedureFor('read')
    .input(
      searchSchema.extend({
        sort: z.string().max(300).default('-uploaded'),
        limit: z.int().min(1).max(200).default(50),
        cursor: z.string().max(2000).optional(),
      }),
    )
    .query(({ ctx, input }) => findObjects(ctx.app, ctx.user, input)),

  /** How many a query finds, up to 10,000. */
  count: procedureFor('read')
    .input(searchSchema)
    .query(({ ctx, input }) => countObjects(ctx.app, ctx.user, input)),

  /** The same, and what they are like. */
  facets: procedureFor('read')
    .input(searchSchema)
    .query(({ ctx, input }) => getFacets(ctx.app, ctx.user, input)),

  /** What could be written behind an operator, or instead of a word that was begun. */
  suggest: procedureFor('read')
    .input(suggestSchema)
    .query(({ ctx, input }) => suggestValues(ctx.app, ctx.user, input)),

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

  /** What would go if the object were deleted from the case. */
  planDeletion: procedureFor('delete')
    .input(deletable)
    .query(({ ctx, input }) => planDeletion(ctx.app, ctx.user, input)),

  /** Deletes the object from the case: for its managers, and with a reason that stays on record. */
  delete: procedureFor('delete')
    .input(deletable.extend({ reason: deletionReasonSchema }))
    .mutation(({ ctx, input }) => deleteObject(ctx.app, ctx.user, input)),

  /** A preview that could not be made is tried once more. */
  retryPreview: procedureFor('read')
    .input(z.object({ hash: anyHashSchema, kind: previewKindSchema }))
    .mutation(({ ctx, input }) => tryPreviewAgain(ctx.app, ctx.user, input)),
});
