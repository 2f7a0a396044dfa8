import { expect, test } from 'vitest';
import { glanceAt, showValue } from './result-values.ts';

test('a number is shown with the unit that its name implies', () => {
  expect(showValue('duration', 13.056)).toEqual({ kind: 'words', words: '13.06 s' });
  expect(showValue('width', 4000)).toEqual({ kind: 'words', words: '4,000 px' });
  expect(showValue('number_faces', 1)).toEqual({ kind: 'words', words: '1' });
});

test('a share is a bar, a count is not', () => {
  expect(showValue('speech_fraction', 0.73)).toEqual({ kind: 'share', share: 0.73, words: '.73' });
  expect(showValue('score', 1)).toEqual({ kind: 'share', share: 1, words: '1.00' });
  expect(showValue('number_faces', 0)).toEqual({ kind: 'words', words: '0' });
});

test('lists, flags and what is nested', () => {
  expect(showValue('people', ['Anna'])).toEqual({ kind: 'list', items: ['Anna'] });
  expect(showValue('has_sound', false)).toEqual({ kind: 'words', words: 'no' });
  expect(showValue('raw', { a: 1 })).toEqual({ kind: 'nested', json: '{\n  "a": 1\n}' });
});

test('a result at a glance', () => {
  expect(glanceAt({ people: ['a', 'b'], places: [], dates: ['c'], money: ['d'] })).toBe(
    'people 2 · places 0 · dates 1 · 1 more',
  );
  expect(glanceAt({ number_faces: 1 })).toBe('number_faces 1');
  expect(glanceAt({})).toBe('nothing found');
});
