import { blurSchema } from '@assay/shared';
import { getBlur, setBlur } from '../services/settings.ts';
import { procedureFor, router } from '../trpc.ts';

/** What administrators choose for everybody here. */
export const settingsRouter = router({
  /** How media are blurred for whoever has chosen nothing else. */
  blur: procedureFor('self').query(({ ctx }) => getBlur(ctx.app.db)),
  setBlur: procedureFor('settings')
    .input(blurSchema)
    .mutation(({ ctx, input }) => setBlur(ctx.app, ctx.user, input)),
});
