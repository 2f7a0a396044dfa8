import { type Actor, recordActs } from '@assay/db';
import type { AppError } from '@assay/shared';
import type { App } from '../app.ts';

/** Somebody asked for what they have no right to. */
export const isOverstep = ({ code }: AppError): boolean => code === 'not_allowed' || code === 'second_factor_required';

/** Puts down that a request was refused, or failed. `what`: the route or procedure. */
export const recordRefusal = (app: Pick<App, 'db'>, by: Actor, what: string, error: AppError): Promise<void> =>
  recordActs(app.db, [
    {
      by,
      act: 'request',
      subject: { kind: 'request', id: what },
      outcome: error.status < 500 ? 'refused' : 'failed',
      details: { code: error.code },
    },
  ]);
