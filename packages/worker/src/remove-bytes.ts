import { type Db, forgetPreviews, listReleasedBytes, removeUnreferenced } from '@assay/db';
import type { ObjectStore } from '@assay/storage';
import type { Logger } from 'pino';

/** Removes the bytes of an object that no case has any more, and its previews. Safe to run again; a crash loses nothing. */
export async function removeBytes(
  { db, store, log }: { db: Db; store: ObjectStore; log: Logger },
  objectId: number,
): Promise<void> {
  const hashes = await listReleasedBytes(db, objectId);
  if (!hashes) return;
  const removed = await removeUnreferenced(db, hashes, (sha256) => store.remove(sha256));
  await forgetPreviews(db, objectId);
  log.info({ object: hashes[0], removed }, 'bytes removed');
}
