import { SweptMeanwhile } from '@assay/db';
import type { ObjectHash } from '@assay/shared';
import { discardFile, type ObjectStore, putFiles } from '@assay/storage';
import type { CallRecord } from './judge-outcome.ts';

/**
 * Puts what an answer emitted into the store, and calls `settle` with those that the store had already: bytes before rows.
 * When they can't be put, the outcome is a store's fault. The files are gone in the end.
 */
export async function withEmitted<T>(
  store: Pick<ObjectStore, 'put'>,
  outcome: CallRecord['outcome'],
  settle: (outcome: CallRecord['outcome'], found: ObjectHash[]) => Promise<T>,
): Promise<T> {
  const files = outcome.kind === 'answered' ? outcome.emitted : [];
  if (files.length === 0) return settle(outcome, []);
  const staged = files.map(({ path, facts: { sha256 } }) => ({ path, sha256 }));
  try {
    for (;;) {
      let found: ObjectHash[];
      try {
        found = await putFiles(store, staged);
      } catch (error) {
        const reason = `The store did not keep what the model made: ${error instanceof Error ? error.message : error}`;
        return await settle({ kind: 'store_fault', reason }, []);
      }
      try {
        return await settle(outcome, found);
      } catch (error) {
        if (!(error instanceof SweptMeanwhile)) throw error;
      }
    }
  } finally {
    await Promise.all(staged.map(discardFile));
  }
}
