import { webhookUrlSchema } from '@assay/shared';
import { z } from 'zod';
import { addRunWebhook, listRunWebhooks, removeRunWebhook, sendDeliveryAgain } from '../services/webhooks.ts';
import { procedureFor, router } from '../trpc.ts';

const oneSchema = z.object({ id: z.uuid() });

/** Addresses that are told when a run is finished: docs/webhooks.md. */
export const webhooksRouter = router({
  /** Those of the asker's own run, each with its last deliveries and what came of them. */
  list: procedureFor('read')
    .input(z.object({ run: z.uuid() }))
    .query(({ ctx, input }) => listRunWebhooks(ctx.app, ctx.user, input.run)),

  /** Adds one to the asker's own run. The answer has the secret that deliveries are signed with, this once. */
  add: procedureFor('upload')
    .input(z.object({ run: z.uuid(), url: webhookUrlSchema }))
    .mutation(({ ctx, input }) => addRunWebhook(ctx.app, ctx.user, input)),

  remove: procedureFor('upload')
    .input(oneSchema)
    .mutation(({ ctx, input }) => removeRunWebhook(ctx.app, ctx.user, input.id)),

  /** Sends a delivery again, now. */
  sendAgain: procedureFor('upload')
    .input(oneSchema)
    .mutation(({ ctx, input }) => sendDeliveryAgain(ctx.app, ctx.user, input.id)),
});
