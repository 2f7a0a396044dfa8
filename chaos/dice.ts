import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Chance that a seed decides: the same seed throws the same. */
export interface Dice {
  /** Both included. */
  whole(from: number, to: number): number;
  between(from: number, to: number): number;
  isBelow(chance: number): boolean;
  pick<T>(choices: readonly [T, ...T[]]): T;
  shuffle<T>(items: readonly T[]): T[];
  uuid(): string;
}

export function makeDice(seed: number): Dice {
  const generator = xoroshiro128plus(seed);
  const whole = (from: number, to: number) => uniformInt(generator, from, to);
  const between = (from: number, to: number) => from + ((to - from) * whole(0, 1_000_000)) / 1_000_000;
  const hex = (digits: number) => Array.from({ length: digits }, () => whole(0, 15).toString(16)).join('');
  return {
    whole,
    between,
    isBelow: (chance) => between(0, 1) < chance,
    pick: (choices) => choices[whole(0, choices.length - 1)] ?? choices[0],
    shuffle: (items) =>
      items
        .map((item) => ({ item, at: between(0, 1) }))
        .sort((a, b) => a.at - b.at)
        .map(({ item }) => item),
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
  };
}
