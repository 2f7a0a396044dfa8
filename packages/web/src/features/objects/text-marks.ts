export interface Mark {
  label: string;
  model: string;
  score?: number | undefined;
  /** UTF-16 code units, end exclusive. */
  start: number;
  end: number;
}

export interface Segment {
  start: number;
  text: string;
  /** All that cover the segment, the shortest first. */
  marks: readonly Mark[];
}

/** Cuts a text where marks begin and end, so that marks may overlap. Marks that reach past the text are cut off. */
export function cutText(text: string, marks: readonly Mark[]): Segment[] {
  const fitting = marks
    .map((mark) => ({ ...mark, start: Math.max(0, mark.start), end: Math.min(text.length, mark.end) }))
    .filter(({ start, end }) => end > start)
    .sort((a, b) => a.start - b.start);
  const edges = [...new Set([0, text.length, ...fitting.flatMap(({ start, end }) => [start, end])])].sort(
    (a, b) => a - b,
  );
  const segments: Segment[] = [];
  let open: Mark[] = [];
  let next = 0;
  for (const [index, start] of edges.entries()) {
    const end = edges[index + 1];
    if (end === undefined) break;
    open = open.filter((mark) => mark.end > start);
    for (let mark = fitting[next]; mark !== undefined && mark.start <= start; mark = fitting[next]) {
      open.push(mark);
      next += 1;
    }
    const covering = [...open].sort((a, b) => a.end - a.start - (b.end - b.start));
    segments.push({ start, text: text.slice(start, end), marks: covering });
  }
  return segments;
}
