import { blurSchema } from '@assay/shared';
import { chooseBlur, getBlur, setBlur } from '../services/settings.ts';
import { procedureFor, router } from '../trpc.ts';

/** What people choose for themselves, and administrators for everybody here. */
export const settingsRouter = router({
  /** How media are blurred. */
  blur: procedureFor('self').query(({ ctx }) => getBlur(ctx.app, ctx.user)),
  /** For whoever asks; null: as for everybody. */
  chooseBlur: procedureFor('account')
    .input(blurSchema.nullable())
    .mutation(({ ctx, input }) => chooseBlur(ctx.app, ctx.user, input)),
  /** For whoever has chosen nothing else. */
  setBlur: procedureFor('settings')
    .input(blurSchema)
    .mutation(({ ctx, input }) => setBlur(ctx.app, ctx.user, input)),
});
