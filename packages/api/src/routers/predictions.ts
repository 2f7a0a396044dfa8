import { z } from 'zod';
import { getObjectResults } from '../services/object-results.ts';
import { retryPrediction } from '../services/retry-prediction.ts';
import { procedureFor, router } from '../trpc.ts';

export const predictionsRouter = router({
  /** An entry for each hash (MD5, SHA-1 or SHA-256), in the order asked. */
  byHash: procedureFor('read')
    .input(z.array(z.string()).max(1000))
    .query(({ ctx, input }) => getObjectResults(ctx.app, ctx.user, input)),

  /** Queues a failed or cancelled prediction once more. */
  retry: procedureFor('upload')
    .input(z.object({ id: z.uuid() }))
    .mutation(({ ctx, input }) => retryPrediction(ctx.app, input.id)),
});
