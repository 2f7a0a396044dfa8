import { objectHashSchema } from '@assay/shared';
import { expect, test } from 'vitest';
import { listRows } from './list-rows.ts';

const hash = (digit: string) => objectHashSchema.parse(digit.repeat(64));
const file = (digit: string) => ({
  ...{ sha256: hash(digit), md5: '', fileName: `${digit}.mp4`, falseExtension: null },
  ...{
    mediaType: 'video' as const,
    mime: 'video/mp4',
    size: 1,
    mismatch: null,
    counts: { queued: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0, skipped: 0 },
  },
});
const heir = (digit: string, parent: string, label: string | null) => ({
  ...{ sha256: hash(digit), parent: hash(parent), mediaType: 'audio' as const, mime: 'audio/flac', size: 1 },
  ...{ model: 'maker', label, start: 2 },
});

test('what was made stands below what it was made from, step by step, and a circle ends', () => {
  const rows = listRows({
    objects: [file('a'), file('b')],
    derived: [heir('c', 'a', 'sound'), heir('d', 'c', null), heir('a', 'd', 'again')],
  });
  expect(rows.map(({ fileName, depth, madeBy }) => [fileName, depth, madeBy])).toEqual([
    ['a.mp4', 0, null],
    ['sound', 1, 'maker'],
    ['made by maker', 2, 'maker'],
    ['b.mp4', 0, null],
  ]);
});
