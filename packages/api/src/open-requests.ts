import type { AccessChange } from '@assay/db';
import type { Response } from 'express';
import type { Credentials } from './access.ts';

interface OpenRequest {
  asker: Credentials;
  askAgain: () => Promise<Credentials | undefined>;
}

/** Requests of people who are signed in that are still being answered: large files and subscriptions take their time. */
export class OpenRequests {
  readonly #open = new Map<Response, OpenRequest>();

  add(res: Response, request: OpenRequest): void {
    this.#open.set(res, request);
    res.once('close', () => this.#open.delete(res));
  }

  /**
   * Breaks off those of this person, or of anybody, whose session or key stands no more, or who has another role now;
   * all of somebody who has lost something besides.
   */
  async recheck(change?: AccessChange): Promise<void> {
    const concerned = [...this.#open].filter(([, { asker }]) => !change || asker.id === change.userId);
    await Promise.all(
      concerned.map(async ([res, { asker, askAgain }]) => {
        const now = await askAgain();
        if (change?.lost || now?.role !== asker.role) res.socket?.destroy();
      }),
    );
  }
}
