import {
  type Db,
  followDerivations,
  insertDerivations,
  insertObjects,
  type PredictQueue,
  refuseSwept,
  type StartedPrediction,
  succeedPrediction,
} from '@assay/db';
import type { Answer, DerivationLimits, ObjectHash } from '@assay/shared';
import type { ObjectStore } from '@assay/storage';
import type { EmittedFile } from './read-form.ts';

interface Place {
  queue: Pick<PredictQueue, 'send'>;
  store: Pick<ObjectStore, 'has'>;
  derivations: DerivationLimits;
}

/** `found`: hashes of emitted objects that the store had before. */
interface Answered {
  answer: Answer;
  emitted: EmittedFile[];
  found: ObjectHash[];
}

/** Somebody else has finished the prediction: nothing of this answer is kept. */
class AlreadyFinal extends Error {
  override name = 'AlreadyFinal';
}

/**
 * Writes an answer and what follows from it: result, labels, annotations, the objects that the model made with their
 * derivations, and the predictions of the other models on these. Does nothing when the prediction is final.
 * Throws SweptMeanwhile, as `refuseSwept` does.
 */
export async function recordAnswer(
  tx: Db,
  place: Place,
  { id, objectId }: Pick<StartedPrediction, 'id' | 'objectId'>,
  { answer, emitted, found }: Answered,
): Promise<void> {
  if (emitted.length === 0) {
    await succeedPrediction(tx, id, answer);
    return;
  }
  try {
    await tx.transaction(async (part) => {
      await refuseSwept(part, found, (sha256) => place.store.has(sha256));
      // Objects before predictions, as uploads write them, so that neither waits for the other.
      const objects = await insertObjects(
        part,
        null,
        emitted.map(({ facts }) => facts),
      );
      if (!(await succeedPrediction(part, id, answer))) throw new AlreadyFinal();
      const made = emitted.map(({ facts, derivation }) => {
        const object = objects.get(facts.sha256);
        if (!object) throw new Error(`Object ${facts.sha256} has no row`);
        return { ...derivation, childId: object.id };
      });
      await insertDerivations(part, { predictionId: id, parentId: objectId }, made);
      const jobs = await followDerivations(part, [id], place.derivations);
      for (const [model, ids] of jobs) await place.queue.send(part, model, ids);
    });
  } catch (error) {
    if (!(error instanceof AlreadyFinal)) throw error;
  }
}
