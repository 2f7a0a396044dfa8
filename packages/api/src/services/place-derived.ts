import type { DerivedRow, SpokenWord } from '@assay/db';
import type { Annotation, ObjectHash, TimeRange } from '@assay/shared';

/** One way to a derived object, placed in the object that it goes back to. */
export interface Placed<R extends DerivedRow = DerivedRow> {
  row: R;
  /** Where it came from, in the seconds of that object; null where that is not known. */
  time: TimeRange | null;
  /** Where that is which somebody marked in the derived object. */
  placeOf(mark: Pick<Annotation, 'time' | 'span'>): TimeRange | null;
}

/**
 * What was derived from `root`, nearest first, each from where its parent is. `wordsOf` has the words of a recording when
 * what made the row wrote them down.
 */
export function placeDerived<R extends DerivedRow>(
  root: ObjectHash,
  rows: readonly R[],
  wordsOf: (row: R) => readonly SpokenWord[] | undefined,
): Placed<R>[] {
  const byParent = Map.groupBy(rows, ({ parent }) => parent);
  const starts = new Map<ObjectHash, number | null>([[root, 0]]);
  const placed: Placed<R>[] = [];
  // What is reached is looked at in its turn, once.
  for (const [parent, parentStart] of starts)
    for (const row of byParent.get(parent) ?? []) {
      const range = timeOf(row);
      const time = parentStart === null || !range ? null : shift(range, parentStart);
      const start = time?.start ?? parentStart;
      // A time in a picture or a text is that of the whole; a recording's own clock begins where it came from.
      if (!starts.has(row.sha256)) starts.set(row.sha256, start);
      let transcript: ReturnType<typeof placeWords> | undefined;
      const placeOf: Placed['placeOf'] = (mark) => {
        if (mark.time && row.mediaType !== 'image') return shift(mark.time, start ?? 0);
        if (!mark.span || parentStart === null) return time;
        transcript ??= placeWords(wordsOf(row) ?? []);
        const spoken = transcript(mark.span.start, mark.span.end);
        return spoken ? shift(spoken, parentStart) : time;
      };
      placed.push({ row, time, placeOf });
    }
  return placed;
}

export const timeOf = ({ timeStart, timeEnd }: Pick<DerivedRow, 'timeStart' | 'timeEnd'>): TimeRange | null =>
  timeStart === null || timeEnd === null ? null : { start: timeStart, end: timeEnd };

const shift = ({ start, end }: TimeRange, by: number): TimeRange => ({ start: start + by, end: end + by });

/**
 * When the words of a transcript were said. They follow one another there: the transcript itself is not read, its words
 * are counted.
 */
function placeWords(spoken: readonly SpokenWord[]) {
  let at = 0;
  const placed = spoken.map(({ text, time }) => {
    const start = at;
    // One blank or one line's end stands between two words.
    at += text.length + 1;
    return { start, end: start + text.length, time };
  });
  return (start: number, end: number): TimeRange | null => {
    const said = placed.filter((word) => word.start < end && word.end > start);
    const [first, last] = [said[0], said.at(-1)];
    return first && last ? { start: first.time.start, end: last.time.end } : null;
  };
}
