import { router, userProcedure } from '../trpc.ts';

export const sessionRouter = router({
  /** Who is signed in. */
  me: userProcedure.query(({ ctx }) => ctx.user),
});
