import type { Mark } from './text-marks.ts';

/** Characters of a piece: a page has few of them, and a long text not too many. */
const longest = 4_000;

/**
 * Where pieces of a text begin, in UTF-16 code units; one more at the end. A piece is whole lines, each with its end; of a
 * line that is longer than a piece, a part.
 */
export function findPieces(text: string): Uint32Array {
  const starts: number[] = [];
  for (let at = 0; at < text.length; ) {
    starts.push(at);
    at = text.length - at <= longest ? text.length : breakAt(text, at);
  }
  starts.push(text.length);
  return Uint32Array.from(starts);
}

/** After a line, or else after a blank in the second half; never between the two halves of a character. */
function breakAt(text: string, start: number): number {
  const end = start + longest;
  const piece = text.slice(start, end);
  const line = piece.lastIndexOf('\n');
  if (line >= 0) return start + line + 1;
  const blank = piece.lastIndexOf(' ');
  if (blank >= longest / 2) return start + blank + 1;
  return /[\uD800-\uDBFF]/.test(piece.at(-1) ?? '') ? end - 1 : end;
}

/**
 * Finds the marks of a piece among all. They are sorted once; what each piece gets is what overlaps it, with places counted
 * from the piece's beginning.
 */
export function indexMarks(marks: readonly Mark[]): (start: number, end: number) => Mark[] {
  const sorted = [...marks].sort((a, b) => a.start - b.start);
  // How far the marks up to here reach: where it falls short of a piece, none before can overlap it.
  let reach = 0;
  const reaches = sorted.map(({ end }) => {
    reach = Math.max(reach, end);
    return reach;
  });
  return (start, end) => {
    let low = 0;
    for (let high = sorted.length; low < high; ) {
      const middle = (low + high) >> 1;
      if ((reaches[middle] ?? 0) > start) high = middle;
      else low = middle + 1;
    }
    const found: Mark[] = [];
    for (let i = low; i < sorted.length; i++) {
      const mark = sorted[i];
      if (!mark || mark.start >= end) break;
      if (mark.end > start) found.push({ ...mark, start: mark.start - start, end: mark.end - start });
    }
    return found;
  };
}
