import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
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
import pLimit from 'p-limit';
import type { Logger } from 'pino';
import { type Emitted, recordAnswer } from './record-answer.ts';

/** Writes what came of predictions, those of all models together; resolves when it is in the database or not wanted there. */
export type Finisher = (ending: Finishing) => Promise<void>;

/**
 * `emitted`: what the model made besides; `finish` rejects with SweptMeanwhile when its bytes have to be stored again.
 * `length`: of the answer's JSON, in characters.
 */
type Finishing = Ending & { emitted?: Emitted; length?: number };

const mostTogether = 200;
/** A longer answer is written by itself, and the short ones do not wait for it. */
const longAnswer = 2 ** 18;
/** Where results come one after the other, so long is waited for more: a commit of thirty costs little more than one of five. */
const gatherMilliseconds = 8;
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

/**
 * One commit for all that end while the last is under way; but one that is long, or has objects, is written in a second
 * line, one at a time. A database that is away is waited for.
 */
export function openFinisher(context: FinisherContext): Finisher {
  const { db, queue, workerId } = context;
  const line = new Line();
  const write: Write = (endings) => finishPredictions(db, queue, workerId(), endings);
  let isBusy = false;
  const finishShort = answerTogether(
    async (endings: readonly Finishing[]) => {
      isBusy = endings.length > 1;
      await persist(context, endings, write);
      return endings.map(() => undefined);
    },
    { most: mostTogether, gather: () => (isBusy ? wait(gatherMilliseconds) : nextTurn()) },
  );
  const writeOne: Write = async ([only]) => {
    if (only?.emitted) await recordAnswer({ ...context, line }, only, only.emitted);
    else if (only) await write([only]);
  };
  const turns = pLimit(1);
  return (ending) => {
    const { emitted, length = 0 } = ending;
    if (!emitted && length < longAnswer) return finishShort(ending);
    return turns(() => persist(context, [ending], writeOne));
  };
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
        const reason = `The result can't be stored: ${causeOf(error)}`;
        return persist(context, [{ id, modelId, place, sha256, model, kind: 'failed', reason, fault: 'model' }], write);
      }
      // One spoils it for all.
      for (const ending of endings) await persist(context, [ending], write);
      return;
    }
  }
}

/** In the words of who refused it; an error of a query has the query in its own, with all that was to be stored. */
function causeOf(error: unknown): string {
  let innermost = error;
  while (innermost instanceof Error && innermost.cause instanceof Error) innermost = innermost.cause;
  if (innermost instanceof RangeError) return 'it is too long';
  return innermost instanceof Error ? innermost.message : String(innermost);
}

/** Whether the same would be refused again: data that the database can't keep, a rule that they break, a text too long for Node. */
function isRefusal(error: unknown): boolean {
  if (error instanceof RangeError) return true;
  for (let at = error; at instanceof Error; at = at.cause)
    if ('code' in at && /^(22|23|54)/.test(String(at.code))) return true;
  return false;
}
