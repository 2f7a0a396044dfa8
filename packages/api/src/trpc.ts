import { AppError, type ErrorCode, type Right } from '@assay/shared';
import { initTRPC, type TRPC_ERROR_CODE_KEY } from '@trpc/server';
import { z } from 'zod';
import { requireRight, type SignedIn } from './access.ts';
import type { App } from './app.ts';
import { requireFitText } from './fit-text.ts';
import { isOverstep, recordRefusal } from './services/refusals.ts';

/** Made per request, by routes/trpc.ts. Every procedure is for people who are signed in. */
interface Context {
  app: App;
  user: SignedIn;
  /** Under which the log has this request. */
  reference: string;
  headers: Headers;
}

/** Of what tRPC itself refuses. */
const codes: Partial<Record<TRPC_ERROR_CODE_KEY, ErrorCode>> = {
  NOT_FOUND: 'not_found',
  PAYLOAD_TOO_LARGE: 'request_too_large',
  UNSUPPORTED_MEDIA_TYPE: 'unsupported_content_type',
};

const t = initTRPC.context<Context>().create({
  errorFormatter({ shape, error, ctx }) {
    const { cause } = error;
    if (cause instanceof AppError)
      return {
        ...shape,
        message: cause.message,
        data: {
          ...shape.data,
          appCode: cause.code,
          httpStatus: cause.status,
          details: cause.details,
          stack: undefined,
        },
      };
    if (cause instanceof z.ZodError)
      return {
        ...shape,
        message: z.prettifyError(cause),
        data: { ...shape.data, appCode: 'invalid_request' as const, stack: undefined },
      };
    if (error.code !== 'INTERNAL_SERVER_ERROR')
      return { ...shape, data: { ...shape.data, appCode: codes[error.code] ?? 'invalid_request', stack: undefined } };
    const message = `Assay failed at this. The log has the reason under ${ctx?.reference ?? 'no reference'}`;
    return { ...shape, message, data: { ...shape.data, appCode: 'internal' as const, stack: undefined } };
  },
});

export const router = t.router;

/** What is refused is put down before the answer says so: every change, and what somebody has no right to. */
const audited = t.procedure.use(async ({ ctx, path, type, next }) => {
  const result = await next();
  const cause = result.ok ? undefined : result.error.cause;
  if (cause instanceof AppError && (type === 'mutation' || isOverstep(cause)))
    await recordRefusal(ctx.app, ctx.user, path, cause);
  return result;
});

/** A procedure for those who have the right. */
export const procedureFor = (right: Right) =>
  audited.use(async ({ ctx, next, getRawInput }) => {
    requireRight(ctx.user, right);
    // Who sends nothing, or what can't be read, is for those to refuse who want something.
    requireFitText(await getRawInput().catch(() => undefined));
    return next();
  });
