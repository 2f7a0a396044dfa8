/** Milliseconds until what is shown is asked for again, or never. */
type Pause<T> = number | false | ((shown: T) => number | false);

/**
 * Asks again for what is shown (a `refetchInterval`). What could not be loaded at all waits for the person’s “Try again”:
 * each attempt would take the failure, and that button with it, off the page for as long as it lasts. Where nothing of
 * the kind is shown, it is asked for every `unloaded` milliseconds.
 */
export const poll =
  <T>(pause: Pause<T>, unloaded: number | false = false) =>
  ({ state: { data } }: { state: { data: T | undefined } }): number | false => {
    if (data === undefined) return unloaded;
    return typeof pause === 'function' ? pause(data) : pause;
  };
