import { AppError } from '@assay/shared';
import { sql } from 'drizzle-orm';
import type { Db } from '../client.ts';

/** For which a statement of a search may run, whatever somebody asks. */
const mostMilliseconds = 5_000;

/**
 * Acts in a transaction in which no statement runs for long. Throws `search_too_slow` when one would.
 * Compiling a statement would take longer than these take to run.
 */
export async function searchBounded<T>(db: Db, act: (tx: Db) => Promise<T>): Promise<T> {
  try {
    return await db.transaction(
      async (tx) => {
        await tx.execute(sql`select set_config('statement_timeout', ${String(mostMilliseconds)}, true),
          set_config('jit', 'off', true), set_config('work_mem', '16MB', true), set_config('random_page_cost', '1.1', true),
          set_config('max_parallel_workers_per_gather', '0', true)`);
        return act(tx);
      },
      { accessMode: 'read only' },
    );
  } catch (error) {
    if (!isTimeout(error)) throw error;
    throw new AppError(
      'search_too_slow',
      `This search took longer than ${mostMilliseconds / 1000} seconds and was stopped. Add a condition that fewer objects meet`,
      { cause: error },
    );
  }
}

function isTimeout(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) if ('code' in at && at.code === '57014') return true;
  return false;
}
