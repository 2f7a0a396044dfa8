import { expect, test } from 'vitest';
import type { MediaType } from './object.ts';
import { listReached } from './reach.ts';

const model = (name: string, accepts: MediaType[], emits: MediaType[] = []) => ({ name, accepts, emits });
const names = model('names', ['text']);
const sound = model('sound', ['video'], ['audio']);
const transcript = model('transcript', ['audio'], ['text']);
const all = [names, sound, transcript];

test('a model is reached through what others make, however they are listed', () => {
  expect(listReached(all, ['video'])).toEqual(all);
  expect(listReached(all, ['audio'])).toEqual([names, transcript]);
  expect(listReached([names, sound], ['video'])).toEqual([sound]);
  expect(listReached(all, [])).toEqual([]);
});

test('two models that make what the other takes reach nothing by themselves', () => {
  const circle = [model('a', ['image'], ['audio']), model('b', ['audio'], ['image'])];
  expect(listReached(circle, ['text'])).toEqual([]);
  expect(listReached(circle, ['image'])).toEqual(circle);
});
