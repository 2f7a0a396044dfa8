import { deleteSavedSearch, listSavedSearches, saveSearch } from '@assay/db';
import { searchLimits } from '@assay/shared';
import { z } from 'zod';
import { procedureFor, router } from '../trpc.ts';

/** Searches that people gave a name. Everybody has their own. */
export const searchesRouter = router({
  list: procedureFor('read').query(({ ctx }) => listSavedSearches(ctx.app.db, ctx.user.id)),

  /** One of this name is replaced. What can't be read is saved as well: the fault shows when it is run. */
  save: procedureFor('read')
    .input(
      z.object({
        name: z.string().trim().min(1, 'A saved search has a name').max(100),
        query: z.string().max(searchLimits.characters),
        sort: z.string().max(300),
      }),
    )
    .mutation(({ ctx, input }) => saveSearch(ctx.app.db, { ...input, ownerId: ctx.user.id })),

  remove: procedureFor('read')
    .input(z.object({ id: z.uuid() }))
    .mutation(({ ctx, input }) => deleteSavedSearch(ctx.app.db, ctx.user.id, input.id)),
});
