import type { TagColour } from '@assay/shared';

/** Okabe and Ito's colours: people who see fewer hues can tell them apart. */
export const hexOf: Record<TagColour, string> = {
  orange: '#E69F00',
  sky: '#56B4E9',
  green: '#009E73',
  pink: '#CC79A7',
  red: '#D55E00',
  yellow: '#F0E442',
  blue: '#0072B2',
  grey: '#8A8F98',
};
const { grey: _, ...marks } = hexOf;
const colours = Object.values(marks);

/** A colour for each name, the same whichever order they come in. */
export function assignColours(names: Iterable<string>): ReadonlyMap<string, string> {
  const sorted = [...new Set(names)].sort();
  return new Map(sorted.map((name, index) => [name, colours[index % colours.length] ?? marks.orange]));
}
