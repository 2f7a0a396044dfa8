import { z } from 'zod';
import { getRun, listRuns } from '../services/runs.ts';
import { procedureFor, router } from '../trpc.ts';

export const runsRouter = router({
  /** The asker's own runs, newest first. */
  list: procedureFor('read')
    .input(z.object({ limit: z.int().min(1).max(200).default(50), cursor: z.uuid().optional() }).prefault({}))
    .query(({ ctx, input }) => listRuns(ctx.app, ctx.user, input)),

  get: procedureFor('read')
    .input(z.object({ id: z.uuid() }))
    .query(({ ctx, input }) => getRun(ctx.app, ctx.user, input.id)),
});
