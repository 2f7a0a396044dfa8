import { isModelName } from './values.ts';

/** The order of a search's objects. By a class: of its numbers, the largest of an object when largest come first. */
export interface SearchSort {
  by: 'uploaded' | 'size' | 'name' | { model: string; class: string };
  descending: boolean;
}

const own = ['uploaded', 'size', 'name'] as const;

/** Reads `-uploaded`, `name`, `-nsfw.Porn`: a minus means newest, largest or last first. Undefined: it is none. */
export function readSort(text: string): SearchSort | undefined {
  const descending = text.startsWith('-');
  const name = descending ? text.slice(1) : text;
  const field = own.find((each) => each === name);
  if (field) return { by: field, descending };
  const dot = name.indexOf('.');
  const [model, of] = [name.slice(0, dot), name.slice(dot + 1)];
  return dot > 0 && isModelName(model) && of !== '' ? { by: { model, class: of }, descending } : undefined;
}
