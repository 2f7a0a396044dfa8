import { pino } from 'pino';
import { expect, test } from 'vitest';
import { closeInOrder } from './close-in-order.ts';

test('what fails to close, or never does, is named, and keeps nothing after it open', async () => {
  const said: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void said.push(JSON.parse(line).msg) });
  const closed: string[] = [];
  const never = new Promise(() => {});
  const late = Promise.withResolvers<void>();
  await closeInOrder(
    [
      ['the first', async () => void closed.push('first')],
      [
        'the broken one',
        () => {
          throw new Error('It broke');
        },
      ],
      ['the stuck one', () => never],
      ['the one that fails when nobody waits', () => late.promise],
      ['the last', () => void closed.push('last')],
    ],
    100,
    log,
  );
  late.reject(new Error('Too late to be heard'));
  expect(closed).toEqual(['first', 'last']);
  expect(said).toEqual([
    'the broken one did not close as it should',
    'the stuck one did not close in time',
    'the one that fails when nobody waits did not close in time',
    'the last did not close in time',
  ]);
});
