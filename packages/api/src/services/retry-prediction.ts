import { reopenPrediction } from '@assay/db';
import { AppError } from '@assay/shared';
import type { App } from '../app.ts';

/** Throws `not_retryable` unless the prediction exists and has failed or was cancelled. */
export function retryPrediction(app: App, id: string): Promise<void> {
  return app.db.transaction(async (tx) => {
    const model = await reopenPrediction(tx, id);
    if (!model) throw new AppError('not_retryable', 'Only a failed or cancelled prediction can be tried again');
    await app.sender.send(tx, model, [id]);
  });
}
