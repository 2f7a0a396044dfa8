import { useState } from 'react';
import type { FoundObject } from './use-search.ts';

interface State {
  search: string;
  hashes: ReadonlySet<string>;
  /** The last that was chosen by itself. */
  from: number;
}
const none: ReadonlySet<string> = new Set();

/** Objects that are chosen to say something of all of them: one by one, or from one to another. */
export function useChosen(search: string, objects: readonly FoundObject[]) {
  const [state, setState] = useState<State>({ search, hashes: none, from: -1 });
  // What was chosen of another search is not chosen here.
  const { hashes, from } = state.search === search ? state : { hashes: none, from: -1 };
  const choose = (at: number, isRange: boolean) => {
    const next = new Set(hashes);
    const isFrom = !isRange || from < 0;
    if (isRange && from >= 0)
      for (const { sha256 } of objects.slice(Math.min(from, at), Math.max(from, at) + 1)) next.add(sha256);
    else {
      const hash = objects[at]?.sha256;
      if (hash !== undefined && !next.delete(hash)) next.add(hash);
    }
    setState({ search, hashes: next, from: isFrom ? at : from });
  };
  return {
    hashes,
    choose,
    chooseAll: () => setState({ search, from, hashes: new Set(objects.map(({ sha256 }) => sha256)) }),
    clear: () => setState({ search, hashes: none, from: -1 }),
  };
}

export type Chosen = ReturnType<typeof useChosen>;
