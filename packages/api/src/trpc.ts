import { AppError } from '@assay/shared';
import { initTRPC } from '@trpc/server';
import { z } from 'zod';
import type { App } from './app.ts';
import type { SignedIn } from './auth.ts';

/** Made per request, by routes/trpc.ts. Every procedure is for people who are signed in. */
interface Context {
  app: App;
  user: SignedIn;
  /** Under which the log has this request. */
  reference: string;
}

const t = initTRPC.context<Context>().create({
  errorFormatter({ shape, error, ctx }) {
    const { cause } = error;
    if (cause instanceof AppError)
      return {
        ...shape,
        message: cause.message,
        data: { ...shape.data, appCode: cause.code, httpStatus: cause.status },
      };
    if (cause instanceof z.ZodError)
      return {
        ...shape,
        message: z.prettifyError(cause),
        data: { ...shape.data, appCode: 'invalid_request' as const },
      };
    if (error.code !== 'INTERNAL_SERVER_ERROR') return shape;
    const message = `Assay failed at this. The log has the reason under ${ctx?.reference ?? 'no reference'}`;
    return { ...shape, message, data: { ...shape.data, appCode: 'internal' as const, stack: undefined } };
  },
});

export const router = t.router;
export const userProcedure = t.procedure;
