import type { Pixels } from '@assay/kit-image';
import type { Box } from '@assay/shared';
import { findText, type TextLine } from './find-text.ts';
import { orderLines } from './order-lines.ts';
import { corners } from './rectangle.ts';

/** Pixels of the longer side of an image that is read. Text is found in half of it. */
export const maxSide = 3200;

/** The text of an image in the order of reading: rows, and the pieces of each. */
export async function readRows(image: Pixels, signal: AbortSignal): Promise<TextLine[][]> {
  return orderLines(await findText(image, signal));
}

export function joinText(rows: TextLine[][]): string {
  return rows.map((row) => row.map(({ text }) => text).join(' ')).join('\n');
}

/** The upright box around a line, in fractions of the image. */
export function boxAround({ place }: TextLine, { width, height }: Pixels): Box {
  const points = corners(place);
  const [xs, ys] = [points.map(({ x }) => fraction(x / width)), points.map(({ y }) => fraction(y / height))];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: round(Math.max(...xs) - x), height: round(Math.max(...ys) - y) };
}

const fraction = (value: number) => round(Math.min(Math.max(value, 0), 1));
const round = (value: number) => Math.round(value * 10_000) / 10_000;
