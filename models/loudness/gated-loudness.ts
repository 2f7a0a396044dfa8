/** Steps a second in which energy is summed: blocks of 400 ms and of 3 s overlap by all but one of them. */
export const stepsPerSecond = 10;

const absoluteGate = -70;

/**
 * Integrated loudness in LUFS (ITU-R BS.1770-5 annex 1): blocks of 400 ms, those below -70 LUFS and then those
 * more than 10 LU below the rest left out. `steps` are the K-weighted mean squares of every 100 ms, channels
 * weighted and summed. Undefined when nothing is above the gate.
 */
export function integrateLoudness(steps: number[]): number | undefined {
  const loud = gate(meanOver(steps, 0.4 * stepsPerSecond), -10);
  return loud.length ? toLufs(mean(loud)) : undefined;
}

/**
 * Loudness range in LU (EBU Tech 3342): from the 10th to the 95th percentile of the loudness of 3 s, what is more
 * than 20 LU below the mean left out. Undefined when nothing is above the gate, as for less than 3 s of sound.
 */
export function measureRange(steps: number[]): number | undefined {
  const loud = gate(meanOver(steps, 3 * stepsPerSecond), -20).sort((a, b) => a - b);
  const at = (fraction: number) => loud[Math.round((loud.length - 1) * fraction)];
  const [low, high] = [at(0.1), at(0.95)];
  return low !== undefined && high !== undefined ? toLufs(high) - toLufs(low) : undefined;
}

/** Mean squares above -70 LUFS, and above the mean of these by `relative` LU. */
function gate(blocks: number[], relative: number): number[] {
  const audible = blocks.filter((block) => toLufs(block) > absoluteGate);
  const threshold = toLufs(mean(audible)) + relative;
  return audible.filter((block) => toLufs(block) > threshold);
}

/** The mean of every `length` steps that follow each other. */
function meanOver(steps: number[], length: number): number[] {
  const means: number[] = [];
  for (let end = length; end <= steps.length; end += 1) means.push(mean(steps.slice(end - length, end)));
  return means;
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function toLufs(meanSquare: number): number {
  return -0.691 + 10 * Math.log10(meanSquare);
}
