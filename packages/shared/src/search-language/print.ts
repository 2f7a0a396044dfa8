import { isOneWord } from './lex.ts';
import type { SearchQuery, SearchTerm } from './query.ts';
import { amountForms, readHash, readNumber } from './values.ts';

const quote = (text: string) => `"${text.replace(/["\\“”„]/g, (c) => `\\${c}`)}"`;

/** A value, in quotes where it would be read as something else without. */
export const printSearchWord = (text: string): string =>
  isOneWord(text) && !['AND', 'OR', 'NOT'].includes(text) ? text : quote(text);

/** Without quotes and a field, these are no words to look for. */
const meansMore = (text: string) => text === 'mismatch' || readHash(text) !== undefined;

const printClassValue = (value: number | string): string => {
  if (typeof value === 'number') return String(value);
  const isRead = readNumber(value) !== undefined || /^(?:true|false)$/i.test(value);
  return isRead ? quote(value) : printSearchWord(value);
};

/** `nsfw.Porn`, `ner_text."two words"`. */
const printClass = (model: string, name: string) =>
  `${model}.${isOneWord(`${model}.${name}`) && name ? name : quote(name)}`;

function printTerm(term: SearchTerm): string {
  switch (term.kind) {
    case 'text':
      return term.quoted || meansMore(term.text) ? quote(term.text) : printSearchWord(term.text);
    case 'hash':
      return term.hashes.join(' ');
    case 'mismatch':
      return 'mismatch';
    case 'words':
      return `${term.field} ${term.operator} ${term.values.map(printSearchWord).join(', ')}`;
    case 'amount':
      return `${term.field} ${term.operator} ${term.values.map(amountForms[term.field].print).join(', ')}`;
    case 'uploaded':
      return `uploaded ${term.operator} ${term.value}`;
    case 'state': {
      const values = term.values.map(({ model, state }) => (model === null ? state : `${model}:${state}`));
      return `state ${term.operator} ${values.join(', ')}`;
    }
    case 'similar':
      return `similar = ${term.hash}${term.distance === null ? '' : `:${term.distance}`}`;
    case 'derived':
      return `derived = ${term.from}`;
    case 'class':
      return `${printClass(term.model, term.class)} ${term.operator} ${term.values.map(printClassValue).join(', ')}`;
    case 'annotation': {
      const { model, shape, match, label, score } = term;
      const matched = match === '=' && score ? '' : `${match} `;
      return `${model} ${shape} ${matched}${printSearchWord(label)}${score ? ` ${score.operator} ${score.value}` : ''}`;
    }
  }
}

const inBrackets = (query: SearchQuery): string =>
  (query.kind === 'all' || query.kind === 'any') && query.of.length > 0
    ? `(${printSearch(query)})`
    : printSearch(query);

/** As text that `parseSearch` reads as the same query. */
export function printSearch(query: SearchQuery): string {
  switch (query.kind) {
    case 'all':
      return query.of.reduce((text, part, i) => {
        const before = query.of[i - 1];
        const between = before?.kind === 'text' && part.kind === 'text' ? ' ' : ' AND ';
        return `${text}${i > 0 ? between : ''}${inBrackets(part)}`;
      }, '');
    case 'any':
      return query.of.map(inBrackets).join(' OR ');
    case 'none':
      return `NOT ${inBrackets(query.of)}`;
    default:
      return printTerm(query);
  }
}
