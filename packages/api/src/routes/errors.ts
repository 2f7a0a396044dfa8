import { AppError } from '@assay/shared';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { App } from '../app.ts';

export const refuseUnknownRoutes: RequestHandler = (req) => {
  throw new AppError('not_found', `There is nothing at ${req.method} ${req.path}`);
};

/** The one place where an error becomes an answer (tRPC has its own formatter). */
export function handleErrors(app: App): ErrorRequestHandler {
  return (error, req, res, next) => {
    if (res.headersSent) return next(error);
    const known = asAppError(error);
    if (!known) app.log.error({ err: error, reference: req.id }, 'request failed');
    const shown = known ?? new AppError('internal', `Assay failed at this. The log has the reason under ${req.id}`);
    // What is still on its way in will not be read.
    if (!req.complete) res.set('Connection', 'close');
    res.status(shown.status).json(shown.toBody());
  };
}

/** Errors of Express's own parsers carry the status that they mean, and a message fit to show. */
function asAppError(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error;
  if (!(error instanceof Error) || !('status' in error) || !('expose' in error) || !error.expose) return undefined;
  const code = error.status === 413 ? 'file_too_large' : 'invalid_request';
  return new AppError(code, error.message, { cause: error });
}
