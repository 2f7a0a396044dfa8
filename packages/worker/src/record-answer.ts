import {
  bringBack,
  type Db,
  type Ending,
  finishIn,
  followDerivations,
  insertDerivations,
  insertObjects,
  type Line,
  lockParent,
  refuseRemoved,
  refuseSwept,
  type WorkQueue,
} from '@assay/db';
import { type DerivationLimits, listPreviewKinds, type ObjectFacts, type ObjectHash } from '@assay/shared';
import type { ObjectStore } from '@assay/storage';
import type { EmittedFile } from './read-form.ts';

interface Place {
  db: Db;
  queue: WorkQueue;
  store: Pick<ObjectStore, 'has'>;
  line: Line;
  derivations: DerivationLimits;
  workerId(): string;
}

/** What a model made of an object. `found`: hashes of what the store had before. */
export interface Emitted {
  objectId: number;
  files: EmittedFile[];
  found: ObjectHash[];
}

/** The worker has the prediction no longer in hand: nothing of this answer is kept. */
class AlreadyFinal extends Error {
  override name = 'AlreadyFinal';
}

/**
 * Writes an answer and what follows from it: result, labels, annotations, the objects that the model made with their
 * derivations, and the predictions of the other models on these. Does nothing when the prediction is not in hand any more.
 * Throws SweptMeanwhile, as `refuseSwept` does.
 */
export async function recordAnswer(place: Place, ending: Ending, emitted: Emitted): Promise<void> {
  const { db, queue, store, line, derivations, workerId } = place;
  try {
    await db.transaction(async (tx) => {
      await refuseSwept(tx, emitted.found, (sha256) => store.has(sha256));
      // Objects before predictions, as uploads write them, so that neither waits for the other.
      const facts = emitted.files.map((file) => file.facts);
      const objects = await insertObjects(tx, null, facts);
      await lockParent(tx, emitted.objectId);
      if ((await finishIn(tx, queue, workerId(), [ending])).size === 0) throw new AlreadyFinal();
      const rowOf = ({ sha256 }: ObjectFacts) => {
        const object = objects.get(sha256);
        if (!object) throw new Error(`Object ${sha256} has no row`);
        return object;
      };
      const idOf = (file: ObjectFacts) => rowOf(file).id;
      const made = emitted.files.map(({ facts, derivation }) => {
        const { id, place } = rowOf(facts);
        return { ...derivation, childId: id, place };
      });
      const seen = facts.filter((object) => listPreviewKinds(object).length > 0);
      await queue.sendObjects(tx, 'preview', [...new Set(seen.map(idOf))]);
      await insertDerivations(tx, { predictionId: ending.id, parentId: emitted.objectId }, made);
      const old = facts.filter(({ sha256 }) => !objects.get(sha256)?.isNew).map(idOf);
      const needed = await bringBack(tx, old, { parentId: emitted.objectId });
      await refuseRemoved(tx, needed, (sha256) => store.has(sha256));
      const jobs = await followDerivations(tx, [ending.id], { line, limits: derivations });
      for (const [modelId, own] of jobs) await queue.send(tx, modelId, own);
    });
  } catch (error) {
    if (!(error instanceof AlreadyFinal)) throw error;
  }
}
