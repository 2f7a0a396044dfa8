import type { IncomingMessage } from 'node:http';
import type { AppError } from '@assay/shared';

const event = 'assay:refused';

/**
 * Hands a fault that the door has found (the body is not HTTP, its sender has gone quiet) to whoever reads the
 * request's body and can say more of it. False when nobody does.
 */
export const reportRefusal = (req: IncomingMessage, error: AppError): boolean => req.emit(event, error);

/** Calls `fail` when the door refuses the rest of the body. Returns what takes that back. */
export function onRefusal(req: IncomingMessage, fail: (error: AppError) => void): () => void {
  req.on(event, fail);
  return () => req.off(event, fail);
}
