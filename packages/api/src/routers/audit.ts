import { auditFilterSchema } from '@assay/shared';
import { z } from 'zod';
import { getChainState, openRecord, viewTrail } from '../services/audit.ts';
import { procedureFor, router } from '../trpc.ts';

export const auditRouter = router({
  /** The records that fit the filter, the newest first. */
  list: procedureFor('audit')
    .input(
      z.object({
        filter: auditFilterSchema.default({}),
        limit: z.int().min(1).max(500).default(100),
        cursor: z.string().max(200).optional(),
      }),
    )
    .query(({ ctx, input }) => viewTrail(ctx.app, ctx.user, input)),

  /** All of one record: with its place in the chain, its hash, the hash before, and whether they fit. */
  get: procedureFor('audit')
    .input(z.object({ id: z.string().regex(/^\d{1,18}$/, 'is the number of a record') }))
    .query(({ ctx, input }) => openRecord(ctx.app, ctx.user, input.id)),

  /** How far the trail is sealed and signed. */
  chain: procedureFor('audit').query(({ ctx }) => getChainState(ctx.app)),
});
