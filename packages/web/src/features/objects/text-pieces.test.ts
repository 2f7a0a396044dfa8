import { expect, test } from 'vitest';
import { findPieces, indexMarks } from './text-pieces.ts';

const cut = (text: string) => {
  const starts = findPieces(text);
  return Array.from(starts.subarray(0, -1), (start, i) => text.slice(start, starts[i + 1]));
};

test('a piece is whole lines, and all pieces are the text', () => {
  const text = `${'A line of a text.\r\n'.repeat(1_000)}the end`;
  const pieces = cut(text);
  expect(pieces.join('')).toBe(text);
  expect(pieces.every((piece) => piece.length <= 4_000)).toBe(true);
  expect(pieces.slice(0, -1).every((piece) => piece.endsWith('text.\r\n'))).toBe(true);
  expect(cut('')).toEqual([]);
});

test('a line that is too long is broken at a blank, or anywhere but within a character', () => {
  const words = 'word '.repeat(2_000);
  expect(cut(words).map(({ length }) => length)).toEqual([4_000, 4_000, 2_000]);
  const faces = `a${'😀'.repeat(4_000)}`;
  expect(cut(faces).join('')).toBe(faces);
  expect(cut(faces).every((piece) => piece.isWellFormed())).toBe(true);
});

test('a piece has what overlaps it, also what began long before', () => {
  const mark = (label: string, start: number, end: number) => ({ label, model: 'm', start, end });
  const find = indexMarks([mark('c', 25, 26), mark('whole', 0, 100), mark('a', 5, 8), mark('b', 18, 22)]);
  expect(find(20, 30)).toEqual([mark('whole', -20, 80), mark('b', -2, 2), mark('c', 5, 6)]);
  expect(find(100, 110)).toEqual([]);
});

test('fifty megabytes are few enough pieces to be counted at each scroll', () => {
  const pieces = findPieces('A line of a very long text, as they come.\n'.repeat(1_250_000));
  expect(pieces.length).toBeLessThan(14_000);
});
