/**
 * A signal that is aborted by the first SIGINT or SIGTERM. The second calls `onSecond`, if it comes a while later: npm
 * passes on the Ctrl-C that the terminal has sent us already.
 */
export function listenForStop(onSecond: () => void): AbortSignal {
  const stop = new AbortController();
  let first: number | undefined;
  const onSignal = () => {
    if (first === undefined) {
      first = Date.now();
      stop.abort();
    } else if (Date.now() - first > 500) onSecond();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
  return stop.signal;
}

/** Resolves when the signal is aborted. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
