import { mediaTypeSchema, modelNameSchema, registrationSchema } from '@assay/shared';
import { z } from 'zod';
import { cancelWork, resumeWork, retryWork, runWorkAgain } from '../services/act-on-work.ts';
import { listAddresses, listAllModels, listModels } from '../services/list-models.ts';
import { registerModel } from '../services/register-model.ts';
import { removeAddress } from '../services/remove-address.ts';
import { procedureFor, router } from '../trpc.ts';

/** A model at one version, or at each. */
const modelSchema = z.object({ model: modelNameSchema, version: z.string().optional() });

export const modelsRouter = router({
  /** Every model that can be chosen, at the version that new work goes to. */
  list: procedureFor('figures')
    .input(z.object({ type: mediaTypeSchema.optional() }).default({}))
    .query(({ ctx, input }) => listModels(ctx.app, input.type)),
  /** Every model ever seen, at each version, with the results it made on record. */
  seen: procedureFor('figures').query(({ ctx }) => listAllModels(ctx.app, ctx.user)),
  /** Where models are, or should be, reached; also where no model has answered yet, and why. */
  addresses: procedureFor('models:register').query(({ ctx }) => listAddresses(ctx.app)),
  /** Adds the address when a model answers there. */
  register: procedureFor('models:register')
    .input(registrationSchema)
    .mutation(({ ctx, input }) => registerModel(ctx.app, ctx.user, input.url)),
  /** Takes an address out again that was registered. */
  removeAddress: procedureFor('models:register')
    .input(registrationSchema)
    .mutation(({ ctx, input }) => removeAddress(ctx.app, ctx.user, input.url)),

  /** Cancels everything that waits for it, or that it has in hand. */
  cancel: procedureFor('models:work')
    .input(modelSchema)
    .mutation(({ ctx, input }) => cancelWork(ctx.app, ctx.user, input)),
  /** Queues everything that failed at it once more. */
  retry: procedureFor('models:work')
    .input(modelSchema)
    .mutation(({ ctx, input }) => retryWork(ctx.app, ctx.user, input)),
  /** Asks its newest version for everything that older ones were asked. */
  runAgain: procedureFor('models:work')
    .input(modelSchema)
    .mutation(({ ctx, input }) => runWorkAgain(ctx.app, ctx.user, input)),
  /** Ends the pause of a model that failed at everything. */
  resume: procedureFor('models:work')
    .input(modelSchema.pick({ model: true }))
    .mutation(({ ctx, input }) => resumeWork(ctx.app, ctx.user, input.model)),
});
