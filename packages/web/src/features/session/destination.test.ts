import { expect, test } from 'vitest';
import { readDestination } from './destination.ts';

test('a path of ours is kept with its query', () => {
  expect(readDestination('/runs/1?state=failed#x')).toBe('/runs/1?state=failed#x');
});

test.each([
  'https://evil.example/a',
  '//evil.example',
  '/\\evil.example',
  'javascript:alert(1)',
  '/sign-in?redirect=/runs',
  undefined,
])('%s leads home', (redirect) => {
  expect(readDestination(redirect)).toBe('/');
});
