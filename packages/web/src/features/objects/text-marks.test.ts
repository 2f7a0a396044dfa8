import { expect, test } from 'vitest';
import { cutText, type Mark } from './text-marks.ts';

const mark = (label: string, start: number, end: number): Mark => ({ label, model: 'm', start, end });
const cut = (text: string, ...marks: Mark[]) =>
  cutText(text, marks).map((segment) => [segment.text, segment.marks.map(({ label }) => label)]);

test('a text without marks is one segment, an empty text none', () => {
  expect(cut('hello')).toEqual([['hello', []]]);
  expect(cut('')).toEqual([]);
});

test('marks side by side', () => {
  expect(cut('Anna met John', mark('person', 0, 4), mark('person', 9, 13))).toEqual([
    ['Anna', ['person']],
    [' met ', []],
    ['John', ['person']],
  ]);
});

test('a mark inside another: both cover, the shorter comes first', () => {
  expect(cut('Bank of London', mark('organisation', 0, 14), mark('place', 8, 14))).toEqual([
    ['Bank of ', ['organisation']],
    ['London', ['place', 'organisation']],
  ]);
});

test('marks that cross', () => {
  expect(cut('abcdef', mark('x', 0, 4), mark('y', 2, 6))).toEqual([
    ['ab', ['x']],
    ['cd', ['x', 'y']],
    ['ef', ['y']],
  ]);
});

test('the same place twice', () => {
  expect(cut('ab', mark('x', 0, 2), mark('y', 0, 2))).toEqual([['ab', ['x', 'y']]]);
});

test('marks that are empty or reach past the end lose nothing of the text', () => {
  expect(cut('abc', mark('empty', 1, 1), mark('long', 2, 99), mark('beyond', 50, 60))).toEqual([
    ['ab', []],
    ['c', ['long']],
  ]);
});

test('spans count UTF-16 code units, as the protocol does', () => {
  expect(cut('😀 Anna', mark('person', 3, 7))).toEqual([
    ['😀 ', []],
    ['Anna', ['person']],
  ]);
});

test('ten thousand marks are cut in well under a second', () => {
  const text = 'word '.repeat(20_000);
  const marks = Array.from({ length: 10_000 }, (_, index) => mark('x', index * 10, index * 10 + 4));
  const begin = performance.now();
  expect(cutText(text, marks).length).toBe(20_000);
  expect(performance.now() - begin).toBeLessThan(1000);
});
