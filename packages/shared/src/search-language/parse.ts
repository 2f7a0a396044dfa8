import { type SearchFault, SyntaxFault, searchLimits } from './fault.ts';
import { lex, type Token } from './lex.ts';
import { allOf, anyOf, noneOf, type SearchQuery } from './query.ts';
import { type Cursor, readTerm } from './term.ts';

export type SearchParse = { ok: true; query: SearchQuery } | { ok: false; fault: SearchFault };

/** Reads a query; nothing at all is a search for every object. Any text whatever gives an answer. */
export function parseSearch(text: string): SearchParse {
  if (text.length > searchLimits.characters) {
    const most = `at most ${searchLimits.characters} characters`;
    const [start, end] = [searchLimits.characters, text.length];
    return { ok: false, fault: { message: `The search is too long: ${most}`, start, end, expected: most } };
  }
  try {
    const cursor = new Tokens(lex(text));
    if (cursor.peek().kind === 'end') return { ok: true, query: allOf([]) };
    const query = readAny(cursor, 0);
    const rest = cursor.peek();
    if (rest.kind !== 'end') throw SyntaxFault.at(rest, afterTerm(rest), 'AND, OR or another condition');
    return { ok: true, query };
  } catch (error) {
    if (error instanceof SyntaxFault) return { ok: false, fault: error.fault };
    throw error;
  }
}

function afterTerm({ kind, text }: Token): string {
  if (kind === ')') return 'This bracket closes nothing';
  if (kind === ',') return 'A comma stands between values of one field only';
  return `“${text}” stands here without a field before it`;
}

class Tokens implements Cursor {
  readonly #tokens: Token[];
  #at = 0;
  #terms = 0;

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  peek(ahead = 0): Token {
    const token = this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)];
    if (!token) throw new Error('There is always an end');
    return token;
  }

  next(): Token {
    const token = this.peek();
    this.#at += 1;
    return token;
  }

  countTerm(): void {
    this.#terms += 1;
    if (this.#terms > searchLimits.terms)
      throw SyntaxFault.at(
        this.peek(),
        'The search has too many conditions',
        `at most ${searchLimits.terms} conditions`,
      );
  }
}

const isWord = ({ kind, text }: Token, word: string) => kind === 'word' && text === word;

function readAny(cursor: Tokens, depth: number): SearchQuery {
  const parts = [readAll(cursor, depth)];
  while (isWord(cursor.peek(), 'OR')) {
    cursor.next();
    parts.push(readAll(cursor, depth));
  }
  return anyOf(parts);
}

function readAll(cursor: Tokens, depth: number): SearchQuery {
  const parts = [readOne(cursor, depth)];
  for (;;) {
    const token = cursor.peek();
    if (isWord(token, 'AND')) cursor.next();
    else if (isWord(token, 'OR') || !['word', 'string', '('].includes(token.kind)) return allOf(parts);
    parts.push(readOne(cursor, depth));
  }
}

function readOne(cursor: Tokens, depth: number): SearchQuery {
  const token = cursor.peek();
  if (depth > searchLimits.depth)
    throw SyntaxFault.at(
      token,
      'The search is nested too deeply',
      `at most ${searchLimits.depth} brackets in brackets`,
    );
  if (isWord(token, 'NOT')) {
    cursor.next();
    return noneOf(readOne(cursor, depth + 1));
  }
  if (token.kind !== '(') return readTerm(cursor);
  cursor.next();
  const inside = readAny(cursor, depth + 1);
  const closing = cursor.peek();
  if (closing.kind !== ')') {
    throw closing.kind === 'end'
      ? SyntaxFault.at(token, 'This bracket is never closed', 'a closing bracket )')
      : SyntaxFault.at(closing, afterTerm(closing), 'AND, OR, another condition or a closing bracket )');
  }
  cursor.next();
  return inside;
}
