import { expect, test } from 'vitest';
import { makeUuid } from './make-uuid.ts';

test('a UUID of version 7 that begins with the milliseconds', () => {
  const uuid = makeUuid(Date.UTC(2026, 10, 22, 14));
  expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt(uuid.replaceAll('-', '').slice(0, 12), 16)).toBe(Date.UTC(2026, 10, 22, 14));
});

test('later ones sort after earlier ones', () => {
  const times = [2 ** 32 - 1, 2 ** 32, 1_700_000_000_000, 1_700_000_000_001, 1_900_000_000_000];
  const uuids = times.map((time) => makeUuid(time));
  expect([...uuids].sort()).toEqual(uuids);
});
