import { type Database, runsChannel } from '@assay/db';

/** Hears from the database which runs have changed, for those who watch them. */
export class RunChanges {
  readonly #watching = new Map<string, Set<() => void>>();

  /** Starts to hear. Calls of `watch` before have missed nothing. */
  async listen(database: Database): Promise<void> {
    await database.listen(runsChannel, (runId) => {
      // Some may have been missed: everybody looks.
      const told = runId === undefined ? [...this.#watching.values()] : [this.#watching.get(runId) ?? new Set()];
      for (const tells of told) for (const tell of tells) tell();
    });
  }

  /** `next` resolves at the first change after it was called. */
  watch(runId: string): { next(): Promise<void>; close(): void } {
    let change = Promise.withResolvers<void>();
    const tell = () => {
      change.resolve();
      change = Promise.withResolvers();
    };
    const tells = this.#watching.get(runId) ?? new Set();
    this.#watching.set(runId, tells.add(tell));
    return {
      next: () => change.promise,
      close: () => {
        tells.delete(tell);
        if (tells.size === 0) this.#watching.delete(runId);
      },
    };
  }
}
