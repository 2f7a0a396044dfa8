export interface Sample {
  /** Milliseconds on a clock that only goes forward. */
  at: number;
  bytes: number;
}

const windowMilliseconds = 6000;
const shortest = 400;

/** The samples of the last seconds. A count that falls, because a file was put back, begins anew. */
export function addSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const last = samples.at(-1);
  if (last !== undefined && sample.bytes < last.bytes) return [sample];
  return [...samples.filter(({ at }) => sample.at - at <= windowMilliseconds), sample];
}

/** Bytes per second; null while there is too little to tell. */
export function measureRate(samples: readonly Sample[]): number | null {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.at - first.at < shortest) return null;
  return ((last.bytes - first.bytes) / (last.at - first.at)) * 1000;
}
