import { type Db, listModelPauses, pauseModel, resumeModel, returnTrial, takeTrial } from '@assay/db';
import type { Logger } from 'pino';

/** So many different objects in a row, with nothing that went well between them. */
const faultsToPause = 5;

/**
 * Keeps work from a model that fails at everything: it waits, but for a trial now and then, until one goes well. All
 * workers share what is in the database; each looks there every two seconds.
 */
export class Breaker {
  readonly #db: Db;
  readonly #log: Logger;
  readonly #faults = new Map<number, Set<string>>();
  #paused = new Map<number, { trialAt: Date }>();

  constructor(db: Db, log: Logger) {
    this.#db = db;
    this.#log = log;
  }

  isPaused(modelId: number): boolean {
    return this.#paused.has(modelId);
  }

  async refresh(): Promise<void> {
    const paused = await listModelPauses(this.#db);
    // Somebody, or another worker's trial, gave it work again: what it failed at before counts no longer.
    for (const modelId of this.#paused.keys()) if (!paused.has(modelId)) this.#faults.delete(modelId);
    this.#paused = paused;
  }

  /** Whether this worker may give a paused model one prediction now, to see. */
  async takeTrial(modelId: number, timeoutSeconds: number): Promise<boolean> {
    const pause = this.#paused.get(modelId);
    if (!pause || pause.trialAt > new Date()) return false;
    return takeTrial(this.#db, modelId, timeoutSeconds);
  }

  /** Nothing was tried, or what came of it says nothing of the model. */
  returnTrial(modelId: number): Promise<void> {
    return returnTrial(this.#db, modelId);
  }

  /** It answered as the protocol says. */
  async recordSuccess(modelId: number): Promise<void> {
    this.#faults.delete(modelId);
    if (!this.#paused.delete(modelId)) return;
    if (await resumeModel(this.#db, modelId)) this.#log.info({ model: modelId }, 'a paused model is back');
  }

  /** It failed at this one. Returns whether it is paused by now, and the attempt should cost nothing. */
  async recordFault(modelId: number, predictionId: string, reason: string, isTrial: boolean): Promise<boolean> {
    const faults = this.#faults.get(modelId) ?? new Set();
    this.#faults.set(modelId, faults.add(predictionId));
    const wasPaused = this.#paused.has(modelId);
    if (!isTrial && (wasPaused || faults.size < faultsToPause)) return wasPaused;
    await pauseModel(this.#db, modelId, reason);
    await this.refresh();
    this.#log.warn({ model: modelId, reason, isTrial }, 'a model fails at everything and is paused');
    return true;
  }
}
