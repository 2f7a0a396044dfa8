import { expect, test } from 'vitest';
import { FreeSpace } from './free-space.ts';

const mebibyte = 2 ** 20;

test('uploads that run together are not promised the same space', async () => {
  const space = new FreeSpace(async () => 100 * mebibyte, 10 * mebibyte);
  const first = await space.claim(60 * mebibyte);
  await expect(space.claim(40 * mebibyte)).rejects.toMatchObject({
    code: 'storage_full',
    details: [{ limit: 30 * mebibyte }],
  });
  await space.claim(30 * mebibyte);
  first.release();
  await space.claim(60 * mebibyte);
});

test('an upload of unknown length is stopped when the disk has filled meanwhile', async () => {
  let free = 100 * mebibyte;
  const space = new FreeSpace(async () => free, 10 * mebibyte);
  const claim = await space.claim(0);
  expect(claim.take(31 * mebibyte)).toBeUndefined();
  await claim.take(mebibyte);
  free = 9 * mebibyte;
  await expect(claim.take(32 * mebibyte)).rejects.toMatchObject({
    code: 'storage_full',
    details: [{ limit: 10 * mebibyte }],
  });
});

test('what has come counts before the disk is measured again', async () => {
  const space = new FreeSpace(async () => 100 * mebibyte, 0);
  const claim = await space.claim(30 * mebibyte);
  await claim.take(30 * mebibyte);
  await expect(space.claim(71 * mebibyte)).rejects.toMatchObject({ code: 'storage_full' });
});
