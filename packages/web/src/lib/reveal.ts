import { useEffect } from 'react';
import { createKeptStore, createStore, useStore } from './store.ts';

interface Revealing {
  /** Hashes that stay revealed until hidden or the page is left. */
  kept: ReadonlySet<string>;
  /** The one that is revealed while Space is down. */
  held: string | null;
}
const revealing = createStore<Revealing>({ kept: new Set(), held: null });

interface RevealedToday {
  day: string;
  /** Whose: others may use the same browser. */
  person: string;
  hashes: string[];
}
export const revealedToday = createKeptStore<RevealedToday>(
  'assay.revealed',
  { day: '', person: '', hashes: [] },
  (kept): kept is RevealedToday => Array.isArray((kept as RevealedToday | null)?.hashes),
);

const readDay = () => new Date().toDateString();

/** From now on what is revealed counts for this person. */
export function countRevealsOf(person: string): void {
  const kept = revealedToday.get();
  if (kept.person !== person) revealedToday.set({ day: readDay(), person, hashes: [] });
}

export const countRevealedToday = (revealed: RevealedToday): number =>
  revealed.day === readDay() ? revealed.hashes.length : 0;

function noteReveal(hash: string): void {
  const day = readDay();
  const before = revealedToday.get();
  const hashes = before.day === day ? before.hashes : [];
  const short = hash.slice(0, 16);
  if (!hashes.includes(short)) revealedToday.set({ ...before, day, hashes: [...hashes, short] });
}

export function toggleReveal(hash: string): void {
  const { kept, held } = revealing.get();
  const next = new Set(kept);
  if (!next.delete(hash)) {
    next.add(hash);
    noteReveal(hash);
  }
  revealing.set({ kept: next, held });
}

/** Reveals the object until it is released. */
export function holdReveal(hash: string): void {
  noteReveal(hash);
  revealing.set({ ...revealing.get(), held: hash });
}
export const releaseReveal = (): void => revealing.set({ ...revealing.get(), held: null });

export const useRevealed = (hash: string): boolean =>
  useStore(revealing, (state) => state.held === hash || state.kept.has(hash));

/** A text field takes the space; so does a control that the keyboard, not the mouse, has focused. */
function isTaken(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.matches('input:not([type=range]), textarea, select, [contenteditable]')) return true;
  return target.matches('button, summary, [role=menuitem], [role=slider]') && target.matches(':focus-visible');
}

/** While Space is down, the object with this hash is revealed. */
export function useHoldToReveal(hash: string | null): void {
  useEffect(() => {
    if (hash === null) return;
    const press = (event: KeyboardEvent) => {
      if (event.key !== ' ' || event.ctrlKey || event.altKey || event.metaKey || isTaken(event.target)) return;
      event.preventDefault();
      if (event.repeat) return;
      holdReveal(hash);
    };
    const lift = (event: KeyboardEvent) => {
      if (event.key !== ' ' || revealing.get().held === null) return;
      event.preventDefault();
      releaseReveal();
    };
    window.addEventListener('keydown', press);
    window.addEventListener('keyup', lift);
    window.addEventListener('blur', releaseReveal);
    return () => {
      releaseReveal();
      window.removeEventListener('keydown', press);
      window.removeEventListener('keyup', lift);
      window.removeEventListener('blur', releaseReveal);
    };
  }, [hash]);
}
