import { findSmallestRectangle, grow, length, type Point, type Rectangle } from './rectangle.ts';

/** For each pixel of what the net saw, how likely it belongs to text. */
export interface TextMap {
  data: Float32Array;
  width: number;
  height: number;
}

const minPixel = 0.3;
const minMean = 0.6;
/** A region is thinner than its text; by so much of its area over its circumference it grows. */
const growth = 1.5;
const minSide = 3;

/** Where lines of text, or pieces of lines, are in the map. Thresholds are PaddleOCR's. */
export function findRegions(map: TextMap): Rectangle[] {
  return [...joinPixels(map)].flatMap(({ outline, mean }) => {
    if (mean < minMean) return [];
    const core = findSmallestRectangle(outline);
    const [width, height] = [length(core.across), length(core.down)];
    if (Math.min(width, height) < minSide) return [];
    return [grow(core, (growth * width * height) / (2 * (width + height)))];
  });
}

interface Region {
  /** The ends of its rows: its hull is theirs. */
  outline: Point[];
  mean: number;
}

/** The pixels that belong to text, those that touch together. */
function* joinPixels({ data, width, height }: TextMap): Generator<Region> {
  const isText = Uint8Array.from(data, (value) => (value > minPixel ? 1 : 0));
  const stack: number[] = [];
  for (let start = isText.indexOf(1); start >= 0; start = isText.indexOf(1, start + 1)) {
    const rows = new Map<number, { left: number; right: number }>();
    let [sum, count] = [0, 0];
    isText[start] = 0;
    stack.push(start);
    for (let pixel = stack.pop(); pixel !== undefined; pixel = stack.pop()) {
      const [x, y] = [pixel % width, Math.floor(pixel / width)];
      sum += data[pixel] ?? 0;
      count += 1;
      const row = rows.get(y);
      if (!row) rows.set(y, { left: x, right: x });
      else [row.left, row.right] = [Math.min(row.left, x), Math.max(row.right, x)];
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny += 1) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx += 1) {
          const neighbour = ny * width + nx;
          if (!isText[neighbour]) continue;
          isText[neighbour] = 0;
          stack.push(neighbour);
        }
      }
    }
    yield { outline: [...rows].flatMap(([y, { left, right }]) => cornersOfRow(y, left, right + 1)), mean: sum / count };
  }
}

const cornersOfRow = (y: number, left: number, right: number): Point[] => [
  { x: left, y },
  { x: right, y },
  { x: left, y: y + 1 },
  { x: right, y: y + 1 },
];
