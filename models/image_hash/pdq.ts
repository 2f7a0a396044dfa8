import type { Pixels } from '@assay/kit-image';
import { blur } from './blur.ts';

/*
 * PDQ as Meta's reference program has it (github.com/facebook/ThreatExchange, pdq/cpp, which was read
 * as the description; none of its code is here): luminance, a tent filter, 64 x 64 points, the 16 x 16
 * lowest frequencies of their cosine transform without the constant ones, and a bit for each that is
 * above the median.
 */
const side = 64;
const frequencies = 16;

export interface PdqHash {
  /** 64 hexadecimal digits, the highest bit first, as ThreatExchange writes it. */
  hash: string;
  /** 0 to 100: how much there is to see. Below 50 the authors advise not to match. */
  quality: number;
}

export function hashPdq(image: Pixels): PdqHash {
  const points = pickPoints(blur(luminance(image), image), image);
  return { hash: writeBits(transform(points)), quality: rate(points) };
}

function luminance({ data, width, height }: Pixels): Float32Array {
  const luma = new Float32Array(width * height);
  for (let i = 0, at = 0; i < luma.length; i += 1, at += 3) {
    luma[i] = 0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0);
  }
  return luma;
}

/** The middles of 64 x 64 fields of the image. */
function pickPoints(luma: Float32Array, { width, height }: Pixels): Float32Array {
  return Float32Array.from({ length: side * side }, (_, i) => {
    const row = Math.floor(((Math.floor(i / side) + 0.5) * height) / side);
    const column = Math.floor((((i % side) + 0.5) * width) / side);
    return luma[row * width + column] ?? 0;
  });
}

/** The sum of visible steps between neighbours, in hundredths of the range, scaled by what the authors found. */
function rate(points: Float32Array): number {
  let sum = 0;
  const step = (a: number, b: number) => Math.abs(Math.trunc((((points[a] ?? 0) - (points[b] ?? 0)) * 100) / 255));
  for (let i = 0; i < points.length; i += 1) {
    if (i % side < side - 1) sum += step(i, i + 1);
    if (i + side < points.length) sum += step(i, i + side);
  }
  return Math.min(100, Math.floor(sum / 90));
}

const cosines = Array.from({ length: frequencies }, (_, f) =>
  Float32Array.from(
    { length: side },
    (_, x) => Math.sqrt(2 / side) * Math.cos(((f + 1) * (2 * x + 1) * Math.PI) / (2 * side)),
  ),
);

/** The frequencies 1 to 16 along both sides, row by row. */
function transform(points: Float32Array): Float32Array {
  const columns = cosines.map((wave) =>
    Float32Array.from({ length: side }, (_, x) => sum(side, (y) => (wave[y] ?? 0) * (points[y * side + x] ?? 0))),
  );
  return Float32Array.from(
    columns.flatMap((row) => cosines.map((wave) => sum(side, (x) => (wave[x] ?? 0) * (row[x] ?? 0)))),
  );
}

function sum(count: number, term: (i: number) => number): number {
  let total = 0;
  for (let i = 0; i < count; i += 1) total += term(i);
  return total;
}

function writeBits(values: Float32Array): string {
  // The lower of the two in the middle.
  const median = values.toSorted()[values.length / 2 - 1] ?? 0;
  const bits = Array.from(values, (value) => (value > median ? '1' : '0')).reverse();
  return Array.from({ length: bits.length / 4 }, (_, i) =>
    Number.parseInt(bits.slice(i * 4, i * 4 + 4).join(''), 2).toString(16),
  ).join('');
}
