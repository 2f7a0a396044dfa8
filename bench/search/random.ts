/** Numbers that are the same at each run (mulberry32). */
export function openRandom(seed: number) {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (n: number) => Math.floor(next() * n);
  return {
    next,
    below,
    pick: <T>(list: readonly T[]): T => list[below(list.length)] as T,
    hex(digits: number): string {
      let text = '';
      while (text.length < digits)
        text += Math.floor(next() * 4_294_967_296)
          .toString(16)
          .padStart(8, '0');
      return text.slice(0, digits);
    },
    /** Small ones often, as words in a language. */
    zipf: (n: number) => Math.floor(n ** next()) - 1,
  };
}
export type Random = ReturnType<typeof openRandom>;

const syllables = 'ka ro mi ten sul bor del van nor ge li pa tru ves om ar in ost ur ek'.split(' ');
/** The word with this number: the first are the most frequent. */
export const wordOf = (n: number): string =>
  n < 20
    ? `${syllables[n]}a`
    : `${syllables[n % 20]}${syllables[Math.floor(n / 20) % 20]}${syllables[Math.floor(n / 400) % 20]}`;
export const words = 6000;
