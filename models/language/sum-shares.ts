import type { Stretch } from './find-languages.ts';

/** What share of the letters each kind of stretch has: 0 to 1, the largest first. */
export function sumShares(stretches: Stretch[], kindOf: (stretch: Stretch) => string): Record<string, number> {
  const sums = new Map<string, number>();
  let all = 0;
  for (const stretch of stretches) {
    sums.set(kindOf(stretch), (sums.get(kindOf(stretch)) ?? 0) + stretch.letters);
    all += stretch.letters;
  }
  return Object.fromEntries(
    [...sums].sort(([, a], [, b]) => b - a).map(([kind, letters]) => [kind, Math.round((letters / all) * 1000) / 1000]),
  );
}
