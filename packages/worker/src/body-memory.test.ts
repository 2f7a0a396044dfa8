import { expect, test } from 'vitest';
import { BodyMemory } from './body-memory.ts';

test('memory that was given back is used again, for what fits into it; what is in use is nobody else’s', () => {
  const memory = new BodyMemory();
  const [first, second] = [memory.take(50_000), memory.take(50_000)];
  expect(second).not.toBe(first);
  memory.giveBack(first);
  const larger = memory.take(first.length + 1);
  expect(larger).not.toBe(first);
  expect(larger.length).toBeGreaterThan(first.length);
  expect(memory.take(first.length)).toBe(first);
  expect(memory.take(first.length)).not.toBe(second);
});

test('of a crowd only so much is kept', () => {
  const memory = new BodyMemory();
  const taken = Array.from({ length: 100 }, () => memory.take(2 ** 20));
  for (const each of taken) memory.giveBack(each);
  const kept = new Set(taken.map(() => memory.take(2 ** 20)).filter((each) => taken.includes(each)));
  expect(kept.size).toBe(32);
});
