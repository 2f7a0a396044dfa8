import { useEffect, useRef } from 'react';

/** One key (`/`) or two in a row (`g u`), as KeyboardEvent.key names them. */
export interface Shortcut {
  keys: string;
  does: string;
  run: () => void;
}

const active = new Set<Shortcut>();
const patience = 1200;
let first: { key: string; at: number } | null = null;

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  target.matches('input:not([type=checkbox]):not([type=range]), textarea, select, [contenteditable]');

/** Enter on a link or button is the browser's. */
const isPressing = (event: KeyboardEvent) =>
  event.key === 'Enter' && event.target instanceof HTMLElement && event.target.matches('button, a, input, summary');

function handleKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (isTyping(event.target) || isPressing(event)) return;
  if (document.querySelector('[role=dialog], [role=menu]') !== null) return;
  const pair = first !== null && event.timeStamp - first.at < patience ? `${first.key} ${event.key}` : null;
  const all = [...active].reverse();
  const found = (pair && all.find(({ keys }) => keys === pair)) || all.find(({ keys }) => keys === event.key);
  first = found ? null : { key: event.key, at: event.timeStamp };
  if (!found) return;
  event.preventDefault();
  found.run();
}

/** Keys that work while the component is there. What was mounted last wins. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  const signature = shortcuts.map(({ keys, does }) => `${keys}\t${does}`).join('\n');
  useEffect(() => {
    const mine = signature
      .split('\n')
      .filter(Boolean)
      .map((line): Shortcut => {
        const [keys = '', does = ''] = line.split('\t');
        return { keys, does, run: () => latest.current.find((shortcut) => shortcut.keys === keys)?.run() };
      });
    if (active.size === 0) window.addEventListener('keydown', handleKey);
    for (const shortcut of mine) active.add(shortcut);
    return () => {
      for (const shortcut of mine) active.delete(shortcut);
      if (active.size === 0) window.removeEventListener('keydown', handleKey);
    };
  }, [signature]);
}

export const listShortcuts = (): readonly Shortcut[] => [...active];
