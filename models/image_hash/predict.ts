import { decodeImage, type Pixels } from '@assay/kit-image';
import { CannotPredict, type Predict } from '@assay/kit-node';
import hashPhash from 'sharp-phash';
import { hashPdq } from './pdq.ts';

/** Larger ones are made smaller first, as Meta's own tools do. */
const maxSide = 512;
const minSide = 5;

export const predict: Predict = async ({ path }) => {
  const image = await decodeImage(path, { maxSide });
  const { width, height } = image;
  if (Math.min(width, height) < minSide) {
    throw new CannotPredict(
      `An image of ${width} x ${height} pixels is too small to be hashed: ${minSide} x ${minSide} at least`,
    );
  }
  const { hash, quality } = hashPdq(image);
  return { result: { phash: await phash(image), pdq: hash, pdq_quality: quality } };
};

/** 16 hexadecimal digits. */
async function phash({ data, width, height }: Pixels): Promise<string> {
  const bits = await hashPhash(data, { raw: { width, height, channels: 3 } });
  return BigInt(`0b${bits}`).toString(16).padStart(16, '0');
}
