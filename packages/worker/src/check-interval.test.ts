import { expect, test } from 'vitest';
import { chooseInterval } from './check-interval.ts';

test('a model that stays away is asked less and less often, up to a bound; one that has just gone, as before', () => {
  const middles = Array.from({ length: 12 }, (_, missed) => chooseInterval({ state: 'offline', missed }, 0.5));
  expect(middles).toEqual([2, 2, 2, 2, 2, 4, 8, 15, 15, 15, 15, 15].map((seconds) => seconds * 1000));
  expect(chooseInterval({ state: 'ready', missed: 0 }, 0.5)).toBe(2000);
  expect(chooseInterval({ state: 'starting', missed: 50 }, 0.5)).toBe(250);
});

test('workers do not ask all at once', () => {
  const asked = Array.from({ length: 100 }, () => chooseInterval({ state: 'ready', missed: 0 }));
  expect(new Set(asked).size).toBeGreaterThan(90);
  for (const each of asked) expect(Math.abs(each - 2000)).toBeLessThanOrEqual(200);
});
