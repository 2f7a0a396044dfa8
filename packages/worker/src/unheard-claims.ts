import { type Db, finishPredictions, listHeldBeside, type WorkQueue } from '@assay/db';
import type { Logger } from 'pino';

/**
 * Puts back what this worker claimed without hearing of it: the database committed, and its answer was lost with the
 * connection. Nobody would make that, and the worker is alive. What is found so twice in a row is put back, at no cost:
 * found once, its claim may be under way.
 */
export class UnheardClaims {
  readonly #db: Db;
  readonly #queue: WorkQueue;
  readonly #log: Logger;
  #found = new Set<string>();

  constructor(db: Db, queue: WorkQueue, log: Logger) {
    this.#db = db;
    this.#queue = queue;
    this.#log = log;
  }

  /** `heldIds`: what the worker knows that it has in hand. */
  async handBack(workerId: string, heldIds: string[]): Promise<void> {
    const beside = await listHeldBeside(this.#db, workerId, heldIds);
    const unheard = beside.filter(({ id }) => this.#found.has(id));
    this.#found = new Set(beside.map(({ id }) => id));
    if (unheard.length === 0) return;
    const again = { kind: 'again', reason: 'Its worker never heard that it had it', seconds: 0, burnt: false } as const;
    const endings = unheard.map((prediction) => ({ ...prediction, ...again }));
    const { size } = await finishPredictions(this.#db, this.#queue, workerId, endings);
    this.#log.warn({ predictions: size }, 'what this worker claimed without hearing of it is put back');
  }
}
