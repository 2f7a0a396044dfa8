import { mediaTypeSchema } from '@assay/shared';
import { z } from 'zod';
import { listModels } from '../services/list-models.ts';
import { router, userProcedure } from '../trpc.ts';

export const modelsRouter = router({
  /** Every model that can be chosen, at the version that new work goes to. */
  list: userProcedure
    .input(z.object({ type: mediaTypeSchema.optional() }).default({}))
    .query(({ ctx, input }) => listModels(ctx.app, input.type)),
});
