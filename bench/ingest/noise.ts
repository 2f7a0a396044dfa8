import { randomBytes } from 'node:crypto';

const header = Buffer.from(
  'RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\0\x7d\0\0\x02\0\x10\0data\0\0\0\0',
  'latin1',
);
const block = randomBytes(1 << 20);

/** A sound of so many bytes, unlike every other: an object that Assay takes, of any size, at the cost of a memory copy. */
export function* makeNoise(bytes: number): Generator<Buffer> {
  const begin = Buffer.concat([header, randomBytes(32)]);
  yield begin;
  for (let left = bytes - begin.length; left > 0; left -= block.length) yield block.subarray(0, left);
}
