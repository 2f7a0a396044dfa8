import type { Isolation } from '@assay/db';

/** A place in an address's hands, for one prediction. */
export interface Seat {
  url: string;
  /** Whether the address had others in hand, or may have had others of another worker, at any time meanwhile. */
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
  /** What the only seat is isolated from. */
  #lone: Isolation = 'none';
  #isOurs = false;

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

  /** Whether no other worker can have calls under way here. */
  get isOurs(): boolean {
    return this.#isOurs;
  }

  set isOurs(isOurs: boolean) {
    this.#isOurs = isOurs;
    if (!isOurs) for (const each of this.#seats) each.hadCompany = true;
  }

  /** It says that it wants nothing here: another may have it all before this worker hears an answer. */
  giveUp(): void {
    this.calls = 0;
    this.isOurs = false;
  }

  /** Whether something is here that no other worker may come beside. */
  get isAtModel(): boolean {
    return this.#lone === 'at_model';
  }

  /** Undefined: not now. An isolated one has nothing beside it to its end. */
  take(isolation: Isolation, onRelease: () => void): Seat | undefined {
    if (this.#lone !== 'none' || this.inHand >= this.calls) return undefined;
    if (isolation !== 'none' && this.inHand > 0) return undefined;
    if (isolation === 'at_model' && !this.isOurs) return undefined;
    const seat = { hadCompany: !this.isOurs };
    this.#seats.add(seat);
    if (this.inHand > 1) for (const each of this.#seats) each.hadCompany = true;
    this.#lone = isolation;
    return {
      url: this.url,
      hadCompany: () => seat.hadCompany,
      release: () => {
        if (!this.#seats.delete(seat)) return;
        this.#lone = 'none';
        onRelease();
      },
    };
  }
}
