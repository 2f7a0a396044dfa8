import type { ObjectHash } from '@assay/shared';
import type { StagedFile } from './intake.ts';
import type { ObjectStore } from './store.ts';

// Each waits for the disk's syncs, which many can share.
const atOnce = 16;

/** Puts staged files into the store. Returns those whose bytes were there already. Rejects as `put` does. */
export async function putFiles(
  store: Pick<ObjectStore, 'put'>,
  files: Pick<StagedFile, 'path' | 'sha256'>[],
): Promise<ObjectHash[]> {
  const found: ObjectHash[] = [];
  const waiting = files.values();
  const lane = async () => {
    for (const { path, sha256 } of waiting) if (!(await store.put(path, sha256))) found.push(sha256);
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(atOnce, files.length) }, lane));
  const failed = lanes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
  return found;
}
