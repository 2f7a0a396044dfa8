import { decodeImage, type Pixels } from '@assay/kit-image';
import type { Predict } from '@assay/kit-node';

/** Larger images are made smaller first, which keeps their average. */
const maxSide = 512;

export const predict: Predict = async ({ path }) => {
  const image = await decodeImage(path, { maxSide });
  const [red, green, blue] = [average(image, 0), average(image, 1), average(image, 2)];
  return { result: { red, green, blue, colour: `#${hex(red)}${hex(green)}${hex(blue)}` } };
};

/** Of one channel, to a tenth. */
function average({ data, width, height }: Pixels, channel: number): number {
  let sum = 0;
  for (let i = channel; i < data.length; i += 3) sum += data[i] ?? 0;
  return Math.round((sum / (width * height)) * 10) / 10;
}

const hex = (value: number) => Math.round(value).toString(16).padStart(2, '0');
