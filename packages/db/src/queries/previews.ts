import { listPreviewKinds, type ObjectHash, type PreviewKind } from '@assay/shared';
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { objects } from '../schema/object.ts';
import { previews } from '../schema/preview.ts';

/** A preview that ends its process, or its worker, so many times is given up. */
const mostAttempts = 3;

const isOne = (objectId: number, kind: PreviewKind) => and(eq(previews.objectId, objectId), eq(previews.kind, kind));

export async function findPreview(db: Db, objectId: number, kind: PreviewKind) {
  const [row] = await db.select().from(previews).where(isOne(objectId, kind));
  return row;
}

/** Makes the rows of previews that nobody asked for yet. True: there were some, and they need a job. */
export async function askForPreviews(tx: Db, objectId: number, kinds: PreviewKind[]): Promise<boolean> {
  if (kinds.length === 0) return false;
  const rows = kinds.map((kind) => ({ objectId, kind }));
  const asked = await tx.insert(previews).values(rows).onConflictDoNothing().returning({ kind: previews.kind });
  return asked.length > 0;
}

/** A preview that failed is queued again, as if it had never been begun. True: it needs a job. */
export async function retryPreview(tx: Db, objectId: number, kind: PreviewKind): Promise<boolean> {
  const queued = await tx
    .update(previews)
    .set({ state: 'queued', reason: null, attempts: 0, endedAt: null, askedAt: sql`now()` })
    .where(and(isOne(objectId, kind), eq(previews.state, 'failed')))
    .returning({ kind: previews.kind });
  return queued.length > 0;
}

export interface BegunPreviews {
  sha256: ObjectHash;
  /** Bytes. */
  size: number;
  mime: string;
  mediaType: (typeof objects.$inferSelect)['mediaType'];
  kinds: PreviewKind[];
}

/**
 * Counts an attempt at each of the object's previews that are not there yet, and says which these are. Those that have
 * been begun too often fail instead. Undefined: there is no such object, or no case has it any more.
 */
export async function beginPreviews(db: Db, objectId: number): Promise<BegunPreviews | undefined> {
  return db.transaction(async (tx) => {
    const [object] = await tx.select().from(objects).where(eq(objects.id, objectId));
    if (!object || object.releasedAt) return undefined;
    await askForPreviews(tx, objectId, listPreviewKinds(object));
    const isQueued = and(eq(previews.objectId, objectId), eq(previews.state, 'queued'));
    await tx
      .update(previews)
      .set({
        state: 'failed',
        endedAt: sql`now()`,
        reason: sql`'It was given up: what makes previews ended ' || attempts || ' times at it.'`,
      })
      .where(and(isQueued, sql`attempts >= ${mostAttempts}`));
    const begun = await tx
      .update(previews)
      .set({ attempts: sql`attempts + 1` })
      .where(isQueued)
      .returning({ kind: previews.kind });
    const { sha256, size, mime, mediaType } = object;
    return { sha256, size, mime, mediaType, kinds: begun.map(({ kind }) => kind) };
  });
}

/** They were begun and broken off by nobody's fault: the attempt does not count. */
export async function uncountPreviews(db: Db, objectId: number, kinds: PreviewKind[]): Promise<void> {
  if (kinds.length === 0) return;
  await db
    .update(previews)
    .set({ attempts: sql`greatest(attempts - 1, 0)` })
    .where(and(eq(previews.objectId, objectId), inArray(previews.kind, kinds), eq(previews.state, 'queued')));
}

/** In the transaction that keeps sweeps off (`refuseSwept`): these bytes, which are in the store, are the preview. */
export async function finishPreview(
  tx: Db,
  objectId: number,
  made: { kind: PreviewKind; sha256: ObjectHash; size: number },
): Promise<void> {
  const { kind, sha256, size } = made;
  await tx
    .update(previews)
    .set({ state: 'made', sha256, size, reason: null, endedAt: sql`now()` })
    .where(and(isOne(objectId, kind), eq(previews.state, 'queued')));
}

export async function failPreview(db: Db, objectId: number, kind: PreviewKind, reason: string): Promise<void> {
  await db
    .update(previews)
    .set({ state: 'failed', reason, endedAt: sql`now()` })
    .where(and(isOne(objectId, kind), eq(previews.state, 'queued')));
}
