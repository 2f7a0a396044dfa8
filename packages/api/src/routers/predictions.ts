import { z } from 'zod';
import { cancelWork, retryWork, runWorkAgain } from '../services/act-on-work.ts';
import { getObjectResults } from '../services/object-results.ts';
import { procedureFor, router } from '../trpc.ts';

export const predictionsRouter = router({
  /** An entry for each hash (MD5, SHA-1 or SHA-256), in the order asked. */
  byHash: procedureFor('read')
    .input(z.array(z.string()).max(1000))
    .query(({ ctx, input }) => getObjectResults(ctx.app, ctx.user, input)),

  /** Queues a failed or cancelled prediction once more. */
  retry: procedureFor('upload')
    .input(z.object({ id: z.uuid() }))
    .mutation(({ ctx, input }) => retryWork(ctx.app, ctx.user, { prediction: input.id })),

  /** Cancels one that waits or runs; its model is told to stop. */
  cancel: procedureFor('upload')
    .input(z.object({ id: z.uuid() }))
    .mutation(({ ctx, input }) => cancelWork(ctx.app, ctx.user, { prediction: input.id })),

  /** Asks the newest version of its model for the same; this prediction stays. */
  runAgain: procedureFor('upload')
    .input(z.object({ id: z.uuid() }))
    .mutation(({ ctx, input }) => runWorkAgain(ctx.app, ctx.user, { prediction: input.id })),
});
