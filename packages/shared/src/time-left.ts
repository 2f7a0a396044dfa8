/** Seconds, at best and at worst. */
export interface SecondsRange {
  from: number;
  to: number;
}

/** How fast a model is. */
export type ModelRate = {
  /** Predictions that it ended a minute, over the last ten minutes in which it ended any; null: none did lately. */
  perMinute: number | null;
  /** From start to result, of its last hundred results; null before the first. */
  medianSeconds: number | null;
};

/** Until a model has ended so many predictions; null: it has ended none yet. */
export function estimateSeconds(predictions: number, { perMinute, medianSeconds }: ModelRate): SecondsRange | null {
  // A model that had little to do lately is not slow: one after the other is the least that it does.
  const rate = Math.max(perMinute ?? 0, medianSeconds ? 60 / medianSeconds : 0);
  if (rate === 0) return null;
  // A measured rate says no more than within a third or so.
  const seconds = (predictions / rate) * 60;
  return { from: Math.floor(seconds * 0.75), to: Math.ceil(seconds * 1.5) + 1 };
}

/** Where several work side by side the slowest decides; null: of one it is not known. */
export function joinRanges(ranges: readonly (SecondsRange | null)[]): SecondsRange | null {
  const known = ranges.filter((range) => range !== null);
  if (known.length < ranges.length || known.length === 0) return null;
  return { from: Math.max(...known.map(({ from }) => from)), to: Math.max(...known.map(({ to }) => to)) };
}
