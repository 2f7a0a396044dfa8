/** As Postgres' commit_delay: what a commit saves by being shared is worth so many milliseconds of waiting for company. */
const longestWait = 4;

/** The uploads that are on their way in, for who would rather wait for them than do a thing once for each. */
export class Arrivals {
  #underWay = 0;
  #allThere: (() => void) | undefined;

  /** One more. Call what is returned when it has arrived, or never will; calls after the first do nothing. */
  expect(): () => void {
    this.#underWay += 1;
    let isThere = false;
    return () => {
      if (isThere) return;
      isThere = true;
      this.#underWay -= 1;
      if (this.#underWay === 0) this.#allThere?.();
    };
  }

  /** Resolves when none is under way, or after a few milliseconds. One at a time may wait. */
  wait(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#underWay === 0) {
        setImmediate(resolve);
        return;
      }
      const timer = setTimeout(resolve, longestWait);
      this.#allThere = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
