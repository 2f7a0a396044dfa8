import { useEffect, useRef, useState } from 'react';
import { useShortcuts } from './shortcuts.ts';

/**
 * j and k go through the rows of a list, Enter opens one. Give `list` the ref; of each of the `count` rows, the link that
 * `selector` finds there has the focus.
 */
export function useRowKeys<List extends HTMLElement>(count: number, selector: string) {
  const list = useRef<List>(null);
  const [selected, setSelected] = useState(-1);
  const linkAt = (index: number) => list.current?.querySelectorAll<HTMLAnchorElement>(selector)[index];
  const move = (step: number) => setSelected((now) => Math.max(0, Math.min(count - 1, now + step)));
  useShortcuts([
    { keys: 'j', does: 'Next', run: () => move(1) },
    { keys: 'k', does: 'Previous', run: () => move(-1) },
    { keys: 'Enter', does: 'Open', run: () => linkAt(selected)?.click() },
  ]);
  useEffect(() => linkAt(selected)?.focus(), [selected]);
  return { list, selected };
}
