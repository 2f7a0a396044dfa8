export interface ReadText {
  text: string;
  /** How sure the net is of its characters, their mean: 0 to 1. */
  score: number;
}

/**
 * Reads a net's answer: for each step along the line the likelihood of each character, where class 0 is "none" and a
 * character that goes on is one (CTC).
 */
export function readCharacters(likelihoods: Float32Array, characters: string[]): ReadText {
  const classes = characters.length;
  let [text, sum, count, before] = ['', 0, 0, 0];
  for (let step = 0; step < likelihoods.length; step += classes) {
    const likeliest = findLikeliest(likelihoods, step, classes);
    if (likeliest !== 0 && likeliest !== before) {
      text += characters[likeliest];
      sum += likelihoods[step + likeliest] ?? 0;
      count += 1;
    }
    before = likeliest;
  }
  return { text: text.trim(), score: count ? sum / count : 0 };
}

function findLikeliest(likelihoods: Float32Array, from: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i += 1) {
    if ((likelihoods[from + i] ?? 0) > (likelihoods[from + best] ?? 0)) best = i;
  }
  return best;
}
