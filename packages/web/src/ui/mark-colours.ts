/** Okabe and Ito's colours: people who see fewer hues can tell them apart. */
const colours = ['#E69F00', '#56B4E9', '#009E73', '#CC79A7', '#D55E00', '#F0E442', '#0072B2'] as const;

/** A colour for each name, the same whichever order they come in. */
export function assignColours(names: Iterable<string>): ReadonlyMap<string, string> {
  const sorted = [...new Set(names)].sort();
  return new Map(sorted.map((name, index) => [name, colours[index % colours.length] ?? colours[0]]));
}
