import { isField, type SearchField } from './fields.ts';
import { lex } from './lex.ts';

/** What somebody who types is about to write, from where to where it would be replaced. */
export interface Completion {
  start: number;
  end: number;
  /** Begun already; without an opening quote. */
  prefix: string;
  /** Behind an operator: of what a value is wanted; null: a field, a class or a word. */
  of: { field: SearchField } | { model: string; class: string } | null;
}

/** What could stand at the caret; null: nothing, for instance inside a text in quotes that belongs to no field. */
export function completeAt(text: string, caret: number): Completion | null {
  const tokens = lex(text.slice(0, caret)).slice(0, -1);
  const last = tokens.at(-1);
  const isBegun = last !== undefined && last.end === caret && (last.kind === 'word' || last.open === true);
  const before = isBegun ? tokens.slice(0, -1) : tokens;
  const start = isBegun ? last.start : caret;
  const rest = /^[^\s(),<>=~"]*/.exec(text.slice(caret))?.[0] ?? '';
  const range = { start, end: isBegun && !last.open ? caret + rest.length : caret, prefix: isBegun ? last.text : '' };
  // Values of one field stand behind its operator, with commas between them.
  let at = before.length - 1;
  while (before[at]?.kind === ',') at -= 2;
  if (before[at]?.kind !== 'operator') return isBegun && last.open ? null : { ...range, of: null };
  const name = before[at - 1];
  if (name?.kind === 'word' && isField(name.text)) return { ...range, of: { field: name.text } };
  const dot = name?.kind === 'word' ? name.text.indexOf('.') : -1;
  if (name && dot > 0) return { ...range, of: { model: name.text.slice(0, dot), class: name.text.slice(dot + 1) } };
  const model = before[at - 2];
  if (name?.kind === 'string' && model?.text.endsWith('.'))
    return { ...range, of: { model: model.text.slice(0, -1), class: name.text } };
  return null;
}
