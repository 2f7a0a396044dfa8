/** How far one uploaded object may grow by what models make of it. */
export interface DerivationLimits {
  /** Steps from an uploaded object within which models get what others made: 2 for the transcript of a video's sound. */
  depth: number;
  /** Objects of one prediction that further models get; those after them have skipped predictions. */
  fanOut: number;
  /** Objects that one prediction may emit; an answer with more is the model's fault. */
  objects: number;
  /** Bytes of them together. */
  bytes: number;
}

export const defaultDerivationLimits: DerivationLimits = {
  depth: 4,
  fanOut: 500,
  objects: 2_000,
  bytes: 20 * 2 ** 30,
};
