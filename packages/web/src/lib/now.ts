import { useSyncExternalStore } from 'react';

const step = 10_000;
let now = new Date();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

const advance = () => {
  now = new Date();
  for (const listener of listeners) listener();
};

function subscribe(listener: () => void): () => void {
  if (timer === undefined) {
    now = new Date();
    timer = setInterval(advance, step);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** One clock for all relative times on the page. */
export const useNow = (): Date => useSyncExternalStore(subscribe, () => now);
