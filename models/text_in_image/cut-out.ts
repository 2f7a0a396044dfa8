import type { Pixels } from '@assay/kit-image';
import { length, type Rectangle } from './rectangle.ts';

/** Of each channel, in the order of the net's input: blue, green, red. */
export interface Normal {
  mean: [number, number, number];
  deviation: [number, number, number];
}

/** More samples a side would not be seen. */
const maxSamples = 4;

/**
 * A piece of an image brought upright to width x height, as nets of PaddleOCR take it: planes of blue, green and red, each
 * value normalised. Smaller pieces are averages of what they cover; outside the image its edge goes on.
 */
export function cutOut(
  image: Pixels,
  { corner, across, down }: Rectangle,
  { width, height }: { width: number; height: number },
  { mean, deviation }: Normal,
): Float32Array {
  const planes = new Float32Array(3 * width * height);
  const nx = countSamples(length(across) / width);
  const ny = countSamples(length(down) / height);
  const sum: [number, number, number] = [0, 0, 0];
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 1) {
      sum.fill(0);
      for (let j = 0; j < ny; j += 1) {
        const v = (y + (j + 0.5) / ny) / height;
        for (let i = 0; i < nx; i += 1) {
          const u = (x + (i + 0.5) / nx) / width;
          addSample(image, corner.x + u * across.x + v * down.x, corner.y + u * across.y + v * down.y, sum);
        }
      }
      for (let channel = 0; channel < 3; channel += 1) {
        const value = (sum[2 - channel] ?? 0) / (nx * ny * 255);
        planes[channel * width * height + at] = (value - (mean[channel] ?? 0)) / (deviation[channel] ?? 1);
      }
    }
  }
  return planes;
}

const countSamples = (reduction: number) => Math.min(maxSamples, Math.max(1, Math.round(reduction)));

/** Adds the colour at a point of the image, between the four pixels around it. */
function addSample({ data, width, height }: Pixels, x: number, y: number, sum: [number, number, number]) {
  const px = Math.min(Math.max(x - 0.5, 0), width - 1);
  const py = Math.min(Math.max(y - 0.5, 0), height - 1);
  const [left, top] = [Math.floor(px), Math.floor(py)];
  const [fx, fy] = [px - left, py - top];
  const a = (top * width + left) * 3;
  const b = left + 1 < width ? a + 3 : a;
  const below = top + 1 < height ? width * 3 : 0;
  for (let c = 0; c < 3; c += 1) {
    const upper = (data[a + c] ?? 0) * (1 - fx) + (data[b + c] ?? 0) * fx;
    const lower = (data[a + below + c] ?? 0) * (1 - fx) + (data[b + below + c] ?? 0) * fx;
    sum[c] = (sum[c] ?? 0) + upper * (1 - fy) + lower * fy;
  }
}
