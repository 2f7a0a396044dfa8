import { AppError, type ErrorCode } from '@assay/shared';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { App } from '../app.ts';
import { drain } from '../door/drain.ts';
import { isOverstep, recordRefusal } from '../services/refusals.ts';
import { askerOf } from './guard.ts';

export const refuseUnknownRoutes: RequestHandler = (req) => {
  throw new AppError('not_found', `There is nothing at ${req.method} ${req.path}`);
};

/** The one place where an error becomes an answer (tRPC has its own formatter; door/ answers what is no HTTP). */
export function handleErrors(app: App): ErrorRequestHandler {
  return async (error, req, res, next) => {
    if (res.headersSent) return next(error);
    const known = asAppError(error);
    if (!known) app.log.error({ err: error, reference: req.id }, 'request failed');
    const asker = askerOf(res);
    if (known && asker && isOverstep(known)) await recordRefusal(app, asker, `${req.method} ${req.path}`, known);
    const shown = known ?? new AppError('internal', `Assay failed at this. The log has the reason under ${req.id}`);
    res.status(shown.status);
    if (shown.code === 'unsupported_encoding') res.set('Accept-Encoding', 'identity');
    if (req.complete) return void res.json(shown.toBody());
    // What is still on its way in will not be read; its sender gets the whole answer all the same.
    const body = Buffer.from(JSON.stringify(shown.toBody()));
    res.set({
      Connection: 'close',
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': String(body.length),
    });
    res.write(body);
    await drain(req, app.config.limits.lingerSeconds);
    res.end();
  };
}

const codes: Record<number, ErrorCode> = { 413: 'request_too_large', 415: 'unsupported_encoding' };

/** Errors of Express's own parsers carry the status that they mean, and a message fit to show. */
function asAppError(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error;
  if (error instanceof URIError)
    return new AppError('invalid_request', 'The address has a % that encodes nothing', { cause: error });
  if (!(error instanceof Error) || !('status' in error) || !('expose' in error) || !error.expose) return undefined;
  const code = codes[Number(error.status)] ?? 'invalid_request';
  if (!('limit' in error) || typeof error.limit !== 'number')
    return new AppError(code, error.message, { cause: error });
  const { limit } = error;
  return AppError.of({ code, message: `The body is larger than ${limit} bytes, the most that is taken here`, limit });
}
