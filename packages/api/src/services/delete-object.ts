import { type Db, deleteFromCase, findObject, listConcerned, listObjectUploads } from '@assay/db';
import { AppError, type ObjectHash } from '@assay/shared';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';
import { takeCase } from './cases.ts';

interface Wish {
  hash: string;
  /** The case's id. */
  case: string;
}

interface Going {
  sha256: ObjectHash;
  mediaType: string;
  /** Bytes. */
  size: number;
}

export interface DeletionPlan {
  object: Going;
  /** What models made of it, and goes with it. */
  derived: Going[];
  /** What models made of it, and stays: it was uploaded into the case by itself, or made of something that stays. */
  stays: Going[];
  /** The uploads of it into this case: names, people and times stay on record. */
  uploads: { fileName: string; uploadedBy: string; uploadedAt: string }[];
  /** Since when nothing of the case can be deleted; null: it can. */
  heldAt: string | null;
}

const show = ({ sha256, mediaType, size }: Going): Going => ({ sha256, mediaType, size });

/** What a deletion would take along. Throws `object_not_found`, and what `takeCase` throws. */
export function planDeletion(app: Pick<App, 'db'>, user: SignedIn, wish: Wish): Promise<DeletionPlan> {
  return app.db.transaction(async (tx) => {
    const { objectId, heldAt } = await findDeletable(tx, user, wish);
    const [object, ...derived] = await listConcerned(tx, objectId, wish.case);
    if (!object) throw gone();
    const uploads = await listObjectUploads(tx, objectId, wish.case);
    return {
      object: show(object),
      derived: derived.filter(({ stays }) => !stays).map(show),
      stays: derived.filter(({ stays }) => stays).map(show),
      uploads: uploads.map(({ uploadedAt, ...upload }) => ({ ...upload, uploadedAt: uploadedAt.toISOString() })),
      heldAt: heldAt?.toISOString() ?? null,
    };
  });
}

/**
 * Deletes an object from a case. Row first: from its commit on nobody of the case gets the bytes, and a worker removes them
 * as soon as no case has them. Throws `case_held`, `object_not_found`, and what `takeCase` throws.
 */
export function deleteObject(
  { db, sender }: Pick<App, 'db' | 'sender'>,
  user: SignedIn,
  { reason, ...wish }: Wish & { reason: string },
): Promise<{ deleted: ObjectHash[] }> {
  return db.transaction(async (tx) => {
    const { objectId, heldAt } = await findDeletable(tx, user, wish);
    if (heldAt) throw new AppError('case_held', 'The case is on legal hold: nothing of it can be deleted');
    const order = { objectId, caseId: wish.case, cause: 'request' as const, by: user, reason };
    const going = await deleteFromCase(tx, sender, order);
    if (going.length === 0) throw gone();
    return { deleted: going.map(({ sha256 }) => sha256) };
  });
}

const gone = () => new AppError('object_not_found', 'The case does not have this object, or no longer');

async function findDeletable(tx: Db, user: SignedIn, wish: Wish) {
  const { heldAt } = await takeCase(tx, user, wish.case, 'manage');
  const object = await findObject(tx, user, wish.hash);
  if (!object) throw gone();
  return { objectId: object.id, heldAt };
}
