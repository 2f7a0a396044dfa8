import { type Operator, operators } from './query.ts';

export interface Token {
  kind: 'word' | 'string' | 'operator' | '(' | ')' | ',' | 'end';
  /** Of a string: without its quotes. */
  text: string;
  /** UTF-16 code units of the whole text, end exclusive. */
  start: number;
  end: number;
  /** A string whose second quote is missing. */
  open?: boolean;
}

const quotes = '"“”„';
const blank = /\s/;
const endsWord = new RegExp(`[\\s(),<>=~${quotes}]`);
const byLength: readonly Operator[] = [...operators].sort((a, b) => b.length - a.length);

/** Splits any text; the last token is `end`. */
export function lex(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const push = (kind: Token['kind'], length: number, shown = text.slice(at, at + length)) => {
    tokens.push({ kind, text: shown, start: at, end: at + length });
    at += length;
  };
  while (at < text.length) {
    const c = text.charAt(at);
    const operator = byLength.find((each) => text.startsWith(each, at));
    if (blank.test(c)) at += 1;
    else if (operator) push('operator', operator.length);
    else if (c === '(' || c === ')' || c === ',') push(c, 1);
    else if (quotes.includes(c)) at = pushString(text, at, tokens);
    else push('word', measureWord(text, at));
  }
  tokens.push({ kind: 'end', text: '', start: text.length, end: text.length });
  return tokens;
}

function measureWord(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && !endsWord.test(text.charAt(at)) && !text.startsWith('!=', at)) at += 1;
  return at - start;
}

function pushString(text: string, start: number, tokens: Token[]): number {
  let content = '';
  let at = start + 1;
  while (at < text.length && !quotes.includes(text.charAt(at))) {
    if (text.charAt(at) === '\\' && at + 1 < text.length) at += 1;
    content += text.charAt(at);
    at += 1;
  }
  const open = at >= text.length;
  const end = open ? at : at + 1;
  tokens.push({ kind: 'string', text: content, start, end, ...(open && { open }) });
  return end;
}

/** Whether a word stands for itself when it is written without quotes. */
export function isOneWord(text: string): boolean {
  const [token, end] = lex(text);
  return token?.kind === 'word' && token.text === text && end?.kind === 'end';
}
