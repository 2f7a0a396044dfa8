import type { ClaimedPrediction, Ending } from '@assay/db';
import type { PredictOutcome } from './model-client.ts';

/** How often a prediction is tried when the model, or a thread, breaks over it. */
export const maxAttempts = 4;

type WaitsAgain = Extract<Ending, { kind: 'again' }>;

/** How a call was made, and how it ended. */
export interface CallRecord {
  outcome: PredictOutcome | { kind: 'thread_died'; reason: string };
  /** Others were in the same hands meanwhile: which of them broke something can't be told. */
  hadCompany: boolean;
  /** The model fails at everything just now. */
  isPaused: boolean;
}

/** What becomes of a prediction: whose fault it was decides, as docs/architecture.md has it. */
export function judgeOutcome(claimed: ClaimedPrediction, { outcome, hadCompany, isPaused }: CallRecord): Ending {
  const { id, modelId, place, sha256, model, attempts, isolation } = claimed;
  const it = { id, modelId, place, sha256, model };
  const free = (reason: string, seconds: number): WaitsAgain => ({
    ...{ ...it, kind: 'again', reason, seconds },
    ...{ burnt: false, isolation },
  });
  const blame = (reason: string): Ending => {
    // The next trial is another's: this one may be what it fails at.
    if (isPaused) return { ...free(reason, 0), toEnd: true };
    if (attempts >= maxAttempts) return { ...it, kind: 'failed', reason, fault: 'model' };
    return { ...it, kind: 'again', reason, seconds: backOff(attempts), burnt: true, isolation };
  };
  switch (outcome.kind) {
    case 'answered':
      return { ...it, kind: 'succeeded', answer: outcome.answer };
    case 'refused':
      return { ...it, kind: 'failed', reason: outcome.reason, fault: 'object' };
    case 'corrupt':
      return { ...it, kind: 'failed', reason: outcome.reason, fault: 'store' };
    case 'model_fault':
      return blame(outcome.reason);
    case 'model_broke':
      // Tried once more with nothing beside it, and then it is known.
      if (hadCompany) return { ...free(outcome.reason, 0), isolation: 'at_model' };
      return blame(outcome.reason);
    case 'thread_died':
      if (hadCompany) return { ...free(outcome.reason, 0), isolation: isolation === 'none' ? 'in_worker' : isolation };
      return blame(outcome.reason);
    case 'busy':
      return free(outcome.reason, spread(outcome.retryAfterSeconds));
    case 'store_fault':
      return free(outcome.reason, spread(5));
    case 'unreachable':
      return free(outcome.reason, 1);
    case 'cancelled':
      return free('Handed back by a worker that stopped', 0);
  }
}

/** Seconds before the next attempt: 1 to 2, then 2 to 4, 4 to 8. */
const backOff = (attempts: number) => 2 ** (attempts - 1) * (1 + Math.random());

/** Never before, and not all at once. */
const spread = (seconds: number) => seconds * (1 + Math.random() / 5);
