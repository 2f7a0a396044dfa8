import { runPrioritySchema } from '@assay/shared';
import { z } from 'zod';
import { cancelWork, retryWork, runWorkAgain, setRunPriority } from '../services/act-on-work.ts';
import { getRun, listRuns, watchRun } from '../services/runs.ts';
import { procedureFor, router } from '../trpc.ts';

export const runsRouter = router({
  /** The runs in the asker's cases, or in one of these, newest first. */
  list: procedureFor('read')
    .input(
      z
        .object({ limit: z.int().min(1).max(200).default(50), cursor: z.uuid().optional(), case: z.uuid().optional() })
        .prefault({}),
    )
    .query(({ ctx, input }) => listRuns(ctx.app, ctx.user, input)),

  get: procedureFor('read')
    .input(z.object({ id: z.uuid() }))
    .query(({ ctx, input }) => getRun(ctx.app, ctx.user, input.id)),

  /** The same whenever it has changed, at most twice a second, until it is done: a subscription, over SSE. */
  watch: procedureFor('read')
    .input(z.object({ id: z.uuid() }))
    .subscription(({ ctx, input, signal }) =>
      watchRun(ctx.app, ctx.user, input.id, signal ?? new AbortController().signal),
    ),

  /** Cancels what of the run waits or runs, and no other run asked for. */
  cancel: procedureFor('upload')
    .input(z.object({ id: z.uuid() }))
    .mutation(({ ctx, input }) => cancelWork(ctx.app, ctx.user, { run: input.id })),

  /** Queues what failed once more; with `cancelled`, what was cancelled too. */
  retry: procedureFor('upload')
    .input(z.object({ id: z.uuid(), cancelled: z.boolean().default(false) }))
    .mutation(({ ctx, input }) => retryWork(ctx.app, ctx.user, { run: input.id, cancelled: input.cancelled })),

  /** Asks the newest version of each model for what older ones were asked; old results stay. */
  runAgain: procedureFor('upload')
    .input(z.object({ id: z.uuid() }))
    .mutation(({ ctx, input }) => runWorkAgain(ctx.app, ctx.user, { run: input.id })),

  /** Its share of the models' time beside other runs. */
  setPriority: procedureFor('upload')
    .input(z.object({ id: z.uuid(), priority: runPrioritySchema }))
    .mutation(({ ctx, input }) => setRunPriority(ctx.app, ctx.user, { run: input.id, priority: input.priority })),
});
