import { mediaTypes } from '../object.ts';
import { SyntaxFault, searchLimits } from './fault.ts';
import { describeOperators, isField, type SearchField, searchFields, type WordField } from './fields.ts';
import type { Token } from './lex.ts';
import {
  annotationShapes,
  noneOf,
  type Operator,
  type Order,
  type SearchQuery,
  type SearchTerm,
  stateWords,
} from './query.ts';
import {
  amountForms,
  expectedDate,
  isModelName,
  readDate,
  readHash,
  readNumber,
  readSimilar,
  readState,
} from './values.ts';

export interface Cursor {
  peek(ahead?: number): Token;
  next(): Token;
  countTerm(): void;
}

const expectedTerm = 'a word, a hash, or a field such as type or size';

/** One condition. */
export function readTerm(cursor: Cursor): SearchQuery {
  cursor.countTerm();
  const token = cursor.peek();
  if (token.kind === 'end') throw SyntaxFault.at(token, 'Something is missing at the end', expectedTerm);
  if (token.kind !== 'word' && token.kind !== 'string')
    throw SyntaxFault.at(token, `“${token.text}” can’t stand here`, expectedTerm);
  return readAnnotation(cursor) ?? readClass(cursor) ?? readField(cursor) ?? readBare(cursor);
}

function readString(cursor: Cursor): Token {
  const token = cursor.next();
  if (token.open) throw SyntaxFault.at(token, 'This quote is never closed', 'a closing quote "');
  return token;
}

/** What stands without a field: hashes, `mismatch`, or words. */
function readBare(cursor: Cursor): SearchTerm {
  const token = readString(cursor);
  if (token.kind === 'string') {
    if (token.text.trim() === '') throw SyntaxFault.at(token, 'There is nothing between the quotes', 'a word');
    return { kind: 'text', text: token.text, quoted: true };
  }
  const hash = readHash(token.text);
  if (hash !== undefined) return { kind: 'hash', hashes: readMoreHashes(cursor, hash) };
  if (token.text === 'mismatch') return { kind: 'mismatch' };
  if (['AND', 'OR'].includes(token.text))
    throw SyntaxFault.at(token, `${token.text} stands between two conditions`, expectedTerm);
  return { kind: 'text', text: token.text, quoted: false };
}

/** A pasted list: hashes with blanks, commas or line ends between them. */
function readMoreHashes(cursor: Cursor, first: string): string[] {
  const hashes = new Set([first]);
  for (;;) {
    const comma = cursor.peek().kind === ',' ? 1 : 0;
    const token = cursor.peek(comma);
    const hash = token.kind === 'word' ? readHash(token.text) : undefined;
    if (hash === undefined) return [...hashes];
    if (comma) cursor.next();
    cursor.next();
    hashes.add(hash);
    if (hashes.size > searchLimits.hashes)
      throw SyntaxFault.at(token, 'There are too many hashes', `at most ${searchLimits.hashes} of them`);
  }
}

/** `object_detection box knife > 0.5`, `object_detection box = knife` */
function readAnnotation(cursor: Cursor): SearchTerm | undefined {
  const [model, shapeToken, third, fourth] = [cursor.peek(), cursor.peek(1), cursor.peek(2), cursor.peek(3)];
  const shape = annotationShapes.find((each) => shapeToken.kind === 'word' && each === shapeToken.text);
  const matches = third.kind === 'operator';
  const named = (third.kind === 'word' || third.kind === 'string') && fourth.kind === 'operator';
  if (model.kind !== 'word' || !isModelName(model.text) || !shape || !(matches || named)) return undefined;
  cursor.next();
  cursor.next();
  const match = matches ? readOperator(cursor, ['=', '!=', '~'], `${shape} of ${model.text}`) : '=';
  const label = readValue(cursor, 'the label of an annotation').text;
  const comparesScore = cursor.peek().kind === 'operator';
  const score = comparesScore ? readScore(cursor, `the score of ${label}`) : null;
  return { kind: 'annotation', model: model.text, shape, match: match as '=', label, score };
}

function readScore(cursor: Cursor, what: string) {
  const operator = readOperator(cursor, ['=', '!=', '<', '<=', '>', '>='], what) as Order;
  const token = readValue(cursor, 'a number');
  const value = readNumber(token.text);
  if (value === undefined)
    throw SyntaxFault.at(token, `A score is a number, not “${token.text}”`, 'a number such as 0.5');
  return { operator, value };
}

/** `face_detect.number_faces >= 2`, `ner_text."two words" ~ x` */
function readClass(cursor: Cursor): SearchTerm | undefined {
  const token = cursor.peek();
  const dot = token.text.indexOf('.');
  if (token.kind !== 'word' || dot < 0) return undefined;
  const behind = cursor.peek(1);
  const isQuoted = behind.kind === 'string' && behind.start === token.end && dot === token.text.length - 1;
  if (cursor.peek(isQuoted ? 2 : 1).kind !== 'operator') return undefined;
  const model = token.text.slice(0, dot);
  const name = isQuoted ? behind.text : token.text.slice(dot + 1);
  if (!isModelName(model))
    throw SyntaxFault.at(token, `“${model}” is no name of a model`, 'model.class, such as face_detect.number_faces');
  if (name === '')
    throw SyntaxFault.at(
      token,
      `A class of ${model} is missing behind the dot`,
      'model.class, such as face_detect.number_faces',
    );
  cursor.next();
  if (isQuoted) readString(cursor);
  const operator = readOperator(cursor, ['=', '!=', '<', '<=', '>', '>=', '~'], `${model}.${name}`);
  const values = readValues(cursor, operator, 'a number or a word', (value) => {
    const number = value.kind === 'word' ? (readNumber(value.text) ?? readTruth(value.text)) : undefined;
    if (operator === '~') return value.text;
    if (operator === '=' || operator === '!=') return number ?? value.text;
    if (number === undefined)
      throw SyntaxFault.at(value, `${operator} compares numbers, not “${value.text}”`, 'a number');
    return number;
  });
  return { kind: 'class', model, class: name, operator, values };
}

const truths = new Map([
  ['true', 1],
  ['false', 0],
]);
const readTruth = (text: string) => truths.get(text.toLowerCase());

function readField(cursor: Cursor): SearchQuery | undefined {
  const token = cursor.peek();
  if (token.kind !== 'word' || cursor.peek(1).kind !== 'operator') return undefined;
  const field = token.text;
  if (!isField(field)) {
    const names = Object.keys(searchFields).join(', ');
    throw SyntaxFault.at(token, `There is no field “${field}”`, `one of ${names}, or model.class`);
  }
  cursor.next();
  const facts = searchFields[field];
  const operator = readOperator(cursor, facts.operators, field);
  switch (facts.kind) {
    case 'words':
      return {
        kind: 'words',
        field: field as WordField,
        operator: operator as '=',
        values: readValues(cursor, operator, 'a word', (value) => readWord(field, value)),
      };
    case 'amount': {
      const { read, expected } = amountForms[field as keyof typeof amountForms];
      const values = readValues(cursor, operator, expected, (value) =>
        orFault(read(value.text), value, `“${value.text}” is no ${field}`, expected),
      );
      return { kind: 'amount', field: field as keyof typeof amountForms, operator: operator as Order, values };
    }
    case 'uploaded': {
      const value = readValue(cursor, expectedDate);
      const date = orFault(readDate(value.text), value, `“${value.text}” is no date`, expectedDate);
      return { kind: 'uploaded', operator: operator as Order, value: date };
    }
    case 'state': {
      const expected = `one of ${stateWords.join(', ')}, behind model: or alone`;
      const values = readValues(cursor, operator, expected, (value) =>
        orFault(readState(value.text), value, `“${value.text}” is no state`, expected),
      );
      return { kind: 'state', operator: operator as '=', values };
    }
    case 'hash': {
      const expected = 'an MD5, SHA-1 or SHA-256: 32, 40 or 64 of 0-9 and a-f';
      const value = readValue(cursor, expected);
      const first = orFault(readHash(value.text), value, `“${value.text}” is no hash`, expected);
      const term: SearchTerm = { kind: 'hash', hashes: readMoreHashes(cursor, first) };
      return operator === '!=' ? noneOf(term) : term;
    }
    case 'similar': {
      const expected = 'a hash, and behind a colon how many bits may differ';
      const value = readValue(cursor, expected);
      return { kind: 'similar', ...orFault(readSimilar(value.text), value, `“${value.text}” is no hash`, expected) };
    }
    case 'derived': {
      const expected = 'a hash, the name of a model, yes or no';
      const value = readValue(cursor, expected);
      const known = readHash(value.text) ?? (isModelName(value.text) ? value.text : undefined);
      const term: SearchTerm = {
        kind: 'derived',
        from: orFault(known, value, `“${value.text}” made nothing`, expected),
      };
      return operator === '!=' ? noneOf(term) : term;
    }
  }
}

function orFault<T>(read: T | undefined, token: Token, message: string, expected: string): T {
  if (read === undefined) throw SyntaxFault.at(token, message, expected);
  return read;
}

function readWord(field: SearchField, value: Token): string {
  if (field !== 'type') return value.text;
  const type = mediaTypes.find((each) => each === value.text.toLowerCase());
  return orFault(type, value, `“${value.text}” is no type`, mediaTypes.join(', '));
}

function readOperator(cursor: Cursor, allowed: readonly Operator[], what: string): Operator {
  const token = cursor.next();
  const operator = allowed.find((each) => each === token.text);
  return orFault(operator, token, `${what} can’t be compared with ${token.text}`, describeOperators(allowed));
}

function readValue(cursor: Cursor, expected: string): Token {
  const token = cursor.peek();
  const isKeyword = token.kind === 'word' && ['AND', 'OR', 'NOT'].includes(token.text);
  if ((token.kind !== 'word' && token.kind !== 'string') || isKeyword)
    throw SyntaxFault.at(token, 'A value is missing here', expected);
  return readString(cursor);
}

/** Several, with commas between them, mean any of them; only where there is no order. */
function readValues<T>(cursor: Cursor, operator: Operator, expected: string, read: (value: Token) => T): T[] {
  const values = [read(readValue(cursor, expected))];
  while (cursor.peek().kind === ',') {
    const comma = cursor.next();
    if (!['=', '!=', '~'].includes(operator))
      throw SyntaxFault.at(comma, `Behind ${operator} stands one value`, 'AND, OR or nothing more');
    values.push(read(readValue(cursor, expected)));
    if (values.length > searchLimits.values)
      throw SyntaxFault.at(comma, 'There are too many values', `at most ${searchLimits.values}`);
  }
  return values;
}
