import type { TextLine } from './find-text.ts';
import { centre, length } from './rectangle.ts';

/** Two pieces whose middles differ by less than this of the smaller one's height are on one row. */
const sameRow = 0.6;
/** Only what is so much longer than high tells by how much the page stands askew: short words tell which side is up. */
const longRatio = 8;

/** Lines in the order of reading: rows from the top, each from its beginning. The direction is what most of the text has. */
export function orderLines(lines: TextLine[]): TextLine[][] {
  const angle = findDirection(lines);
  const placed = lines.map((line) => {
    const { x, y } = centre(line.place);
    return {
      line,
      along: x * Math.cos(angle) + y * Math.sin(angle),
      below: y * Math.cos(angle) - x * Math.sin(angle),
      height: length(line.place.down),
    };
  });
  const rows: (typeof placed)[] = [];
  for (const piece of placed.toSorted((a, b) => a.below - b.below)) {
    const row = rows.at(-1);
    const last = row?.at(-1);
    const isSame = last && piece.below - last.below < sameRow * Math.min(piece.height, last.height);
    if (row && isSame) row.push(piece);
    else rows.push([piece]);
  }
  return rows.map((row) => row.toSorted((a, b) => a.along - b.along).map(({ line }) => line));
}

function findDirection(lines: TextLine[]): number {
  const long = lines.filter(({ place }) => length(place.across) > longRatio * length(place.down));
  if (long.length > 0) return sumDirections(long);
  return (Math.round(sumDirections(lines) / (Math.PI / 2)) * Math.PI) / 2;
}

function sumDirections(lines: TextLine[]): number {
  const sum = (side: 'x' | 'y') => lines.reduce((total, { place }) => total + place.across[side], 0);
  return Math.atan2(sum('y'), sum('x'));
}
