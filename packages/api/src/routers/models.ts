import { mediaTypeSchema, registrationSchema } from '@assay/shared';
import { z } from 'zod';
import { listAllModels, listModels, listPendingModels } from '../services/list-models.ts';
import { registerModel } from '../services/register-model.ts';
import { procedureFor, router } from '../trpc.ts';

export const modelsRouter = router({
  /** Every model that can be chosen, at the version that new work goes to. */
  list: procedureFor('figures')
    .input(z.object({ type: mediaTypeSchema.optional() }).default({}))
    .query(({ ctx, input }) => listModels(ctx.app, input.type)),
  /** Every model ever seen, at each version, with the results it made on record. */
  seen: procedureFor('figures').query(({ ctx }) => listAllModels(ctx.app)),
  /** Addresses where no model has answered yet, and why. */
  pending: procedureFor('models:register').query(({ ctx }) => listPendingModels(ctx.app)),
  /** Adds the address when a model answers there. */
  register: procedureFor('models:register')
    .input(registrationSchema)
    .mutation(({ ctx, input }) => registerModel(ctx.app, ctx.user, input.url)),
});
