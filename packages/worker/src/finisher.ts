import { setTimeout as wait } from 'node:timers/promises';
import {
  answerTogether,
  type Db,
  type Ending,
  finishPredictions,
  Line,
  SweptMeanwhile,
  type WorkQueue,
} from '@assay/db';
import type { DerivationLimits } from '@assay/shared';
import type { ObjectStore } from '@assay/storage';
import type { Logger } from 'pino';
import { type Emitted, recordAnswer } from './record-answer.ts';

/** Writes what came of predictions, those of all models together; resolves when it is in the database or not wanted there. */
export type Finisher = (ending: Finishing) => Promise<void>;

/** `emitted`: what the model made besides; `finish` rejects with SweptMeanwhile when its bytes have to be stored again. */
type Finishing = Ending & { emitted?: Emitted };

const mostTogether = 200;
const retryMilliseconds = 500;

interface FinisherContext {
  db: Db;
  queue: WorkQueue;
  store: ObjectStore;
  derivations: DerivationLimits;
  log: Logger;
  workerId(): string;
  /** Aborted when there is no more time: what is not written then is done again by another. */
  giveUp: AbortSignal;
}

/** One commit for all that end while the last is under way. A database that is away is waited for. */
export function openFinisher(context: FinisherContext): Finisher {
  const line = new Line();
  return answerTogether(
    async (endings: readonly Finishing[]) => {
      const errors = new Map<Finishing, Error>();
      const alone = endings.filter(({ emitted }) => emitted);
      await persist(
        context,
        endings.filter(({ emitted }) => !emitted),
        ([...batch]) => finishPredictions(context.db, context.queue, context.workerId(), batch),
      );
      for (const ending of alone)
        await persist(context, [ending], async ([only]) => {
          if (only?.emitted) await recordAnswer({ ...context, line }, only, only.emitted);
          else if (only) await finishPredictions(context.db, context.queue, context.workerId(), [only]);
        }).catch((error: Error) => errors.set(ending, error));
      return endings.map((ending) => errors.get(ending));
    },
    { most: mostTogether },
  );
}

type Write = (endings: readonly Finishing[]) => Promise<unknown>;

/** Writes until it is written, or there is no more time. What the database would never take is told as a failure. */
async function persist(context: FinisherContext, endings: readonly Finishing[], write: Write): Promise<void> {
  const { log, giveUp } = context;
  while (endings.length > 0 && !giveUp.aborted) {
    try {
      await write(endings);
      return;
    } catch (error) {
      if (error instanceof SweptMeanwhile) throw error;
      if (!isRefusal(error)) {
        log.warn({ err: error }, 'results could not be written yet');
        await wait(retryMilliseconds, undefined, { signal: giveUp }).catch(() => {}); // woken early
        continue;
      }
      const [only, ...others] = endings;
      if (only && others.length === 0) {
        if (only.kind !== 'succeeded') throw error;
        log.error({ err: error, prediction: only.id }, 'the database refuses this result');
        const { id, modelId, place, sha256, model } = only;
        const reason = `The result can't be stored: ${error instanceof Error ? error.message : error}`;
        return persist(context, [{ id, modelId, place, sha256, model, kind: 'failed', reason, fault: 'model' }], write);
      }
      // One spoils it for all.
      for (const ending of endings) await persist(context, [ending], write);
      return;
    }
  }
}

/** Whether the database would refuse the same again: data that it can't keep, or a rule that they break. */
function isRefusal(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if ('code' in at && /^(22|23|54)/.test(String(at.code))) return true;
  return false;
}
