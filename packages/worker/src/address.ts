/** A place in an address's hands, for one prediction. */
export interface Seat {
  url: string;
  /** Whether the address had others in hand, of this worker, at any time meanwhile. */
  hadCompany(): boolean;
  /** The call has ended. */
  release(): void;
}

/** What of an address's time this worker may use, and does. */
export class Address {
  readonly url: string;
  /** Calls that this worker may have under way here; what `takeShares` said last. */
  calls = 0;
  readonly #seats = new Set<{ hadCompany: boolean }>();
  #isLone = false;

  constructor(url: string) {
    this.url = url;
  }

  get inHand(): number {
    return this.#seats.size;
  }

  /** The most that can be under way here until `calls` is set anew. */
  get keep(): number {
    return Math.max(this.inHand, this.calls);
  }

  /** Undefined: not now. `alone`: with nothing beside it to its end. */
  take(alone: boolean, onRelease: () => void): Seat | undefined {
    if (this.#isLone || this.inHand >= this.calls || (alone && this.inHand > 0)) return undefined;
    const seat = { hadCompany: false };
    this.#seats.add(seat);
    if (this.inHand > 1) for (const each of this.#seats) each.hadCompany = true;
    this.#isLone = alone;
    return {
      url: this.url,
      hadCompany: () => seat.hadCompany,
      release: () => {
        if (!this.#seats.delete(seat)) return;
        this.#isLone = false;
        onRelease();
      },
    };
  }
}
