import { keyNameSchema, keyScopeSchema } from '@assay/shared';
import { z } from 'zod';
import { listKeys, makeKey, revokeKey } from '../services/api-keys.ts';
import { procedureFor, router } from '../trpc.ts';

const procedure = procedureFor('keys');

export const keysRouter = router({
  /** The asker's own, those that are of no use any more too. */
  list: procedure.query(({ ctx }) => listKeys(ctx.app, ctx.user)),
  /** `days`: null, it never ends. `cases`: the only ones that it is good for; none: all of the asker's. */
  make: procedure
    .input(
      z.object({
        name: keyNameSchema,
        scopes: z.array(keyScopeSchema),
        cases: z.array(z.uuid()).max(100).default([]),
        days: z.int().min(1).max(3650).nullable(),
      }),
    )
    .mutation(({ ctx, input }) => makeKey(ctx.app, ctx.user, input)),
  revoke: procedure
    .input(z.object({ id: z.string().max(200) }))
    .mutation(({ ctx, input }) => revokeKey(ctx.app, ctx.user, input.id)),
});
