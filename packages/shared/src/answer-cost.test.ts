import { expect, test } from 'vitest';
import { findExcess, maxAnswerDepth, maxAnswerValues } from './answer-cost.ts';

const listOf = (item: string, count: number) => `[${Array(count).fill(item).join(',')}]`;

test.each([
  ['lists', '[]', 1],
  ['objects', '{}', 1],
  ['numbers', '-1.5e3', 1],
  ['texts', '"a, [b]: {c} \\" \\\\"', 1],
  ['words', 'null', 1],
  ['spaced', ' \n0\t ', 1],
  ['names and what they name', '{"a":true}', 3],
])('as many %s as an answer may have, and one more', (_, item, each) => {
  const most = Math.floor((maxAnswerValues - 1) / each);
  expect(findExcess(listOf(item, most))).toBeUndefined();
  expect(findExcess(listOf(item, most + 1))).toBe(`it has more than ${maxAnswerValues} values and names of values`);
});

test('as deep as an answer may be, and one deeper', () => {
  const nested = (depth: number, open = '[', close = ']') => open.repeat(depth) + close.repeat(depth);
  expect(findExcess(nested(maxAnswerDepth))).toBeUndefined();
  expect(findExcess(nested(maxAnswerDepth + 1))).toMatch(/nested more than 64 deep/);
  expect(findExcess(nested(maxAnswerDepth + 1, '{"a":', '}'))).toMatch(/nested more than 64 deep/);
  expect(findExcess(`["${'['.repeat(1000)}"]`)).toBeUndefined();
});

test('what is no JSON comes to an end too', () => {
  for (const text of [`"${'a'.repeat(100)}`, `${'\\"'.repeat(100)}`, ']'.repeat(100), `"${'\\'.repeat(101)}"`])
    expect(findExcess(text)).toBeUndefined();
});
