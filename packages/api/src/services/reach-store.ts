import { AppError } from '@assay/shared';
import type { App } from '../app.ts';
import { isDiskFull } from '../free-space.ts';

/**
 * What the store answers. Its own failures go to the log, and to the asker as `storage_full` or `store_unavailable`:
 * the same request may well succeed later.
 */
export async function reachStore<T>(app: Pick<App, 'log'>, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof AppError) throw error;
    app.log.error({ err: error }, 'the store failed');
    throw isDiskFull(error)
      ? new AppError('storage_full', 'The store has no space left for this', { cause: error })
      : new AppError('store_unavailable', 'The object store can’t be reached now: try again later', { cause: error });
  }
}
