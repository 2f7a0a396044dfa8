const second = 1000;

/** From so many bytes a second on, other work had better wait: a slow line leaves the machine idle. */
const busyBytes = 1 << 20;

/** How fast files come in: `tell` is called every second in which they come fast. */
export class UploadPace {
  #bytes = 0;
  readonly #looks: NodeJS.Timeout;

  constructor(tell: () => void) {
    this.#looks = setInterval(() => {
      if (this.#bytes >= busyBytes) tell();
      this.#bytes = 0;
    }, second).unref();
  }

  /** So many bytes more have come. */
  count(bytes: number): void {
    this.#bytes += bytes;
  }

  close(): void {
    clearInterval(this.#looks);
  }
}
