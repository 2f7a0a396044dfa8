import { useSyncExternalStore } from 'react';

/** State that outlives the component that shows it. */
export interface Store<T> {
  get: () => T;
  set: (next: T) => void;
  subscribe: (listener: () => void) => () => void;
}

export function createStore<T>(initial: T): Store<T> {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    set: (next) => {
      if (Object.is(next, state)) return;
      state = next;
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** A store that the browser remembers. What was kept by an older version and no longer fits is dropped. */
export function createKeptStore<T>(key: string, initial: T, fits: (kept: unknown) => kept is T): Store<T> {
  const store = createStore(readKept(key, initial, fits));
  return {
    ...store,
    set: (next) => {
      store.set(next);
      try {
        if (next === null) localStorage.removeItem(key);
        else localStorage.setItem(key, JSON.stringify(next));
      } catch {
        // Private windows may refuse: the choice then lasts as long as the page.
      }
    },
  };
}

/** What the browser remembers under a key, by now: other tabs write there too. */
export function readKept<T>(key: string, initial: T, fits: (kept: unknown) => kept is T): T {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
    return fits(kept) ? kept : initial;
  } catch {
    return initial;
  }
}

export function useStore<T>(store: Store<T>): T;
/** `select` must give the same object for the same state. */
export function useStore<T, S>(store: Store<T>, select: (state: T) => S): S;
export function useStore<T>(store: Store<T>, select: (state: T) => unknown = (state) => state) {
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}
