/** A longer answer of a model is none: bytes of its JSON. */
export const maxAnswerBytes = 64 * 2 ** 20;

/** One with more is none: lists, objects, numbers, texts and the names of values, all counted. */
export const maxAnswerValues = 2_000_000;

/** Nor is one whose lists and objects are nested deeper. */
export const maxAnswerDepth = 64;

/**
 * What is too much about an answer, told before JSON.parse makes of it what would not fit into memory: `[],[],[]…` is small
 * as a text and large as objects. A text that is no JSON may pass.
 */
export function findExcess(text: string): string | undefined {
  // Each value has a character of its own, and one beside it.
  if (text.length < maxAnswerDepth) return undefined;
  let values = 0;
  let depth = 0;
  let isWithin = false; // a number, true, false or null
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote || code === openList || code === openObject) {
      values += 1;
      isWithin = false;
      if (code === quote) at = endOfText(text, at);
      else depth += 1;
    } else if (code === closeList || code === closeObject) {
      depth -= 1;
      isWithin = false;
    } else if (code === comma || code === colon || code <= space) isWithin = false;
    else if (!isWithin) {
      values += 1;
      isWithin = true;
    }
    if (values > maxAnswerValues) return `it has more than ${maxAnswerValues} values and names of values`;
    if (depth > maxAnswerDepth) return tooDeep;
  }
  return undefined;
}

export const tooDeep = `its lists and objects are nested more than ${maxAnswerDepth} deep`;

const codeOf = (character: string) => character.charCodeAt(0);
const [quote, backslash, comma, colon, space] = [codeOf('"'), codeOf('\\'), codeOf(','), codeOf(':'), codeOf(' ')];
const [openList, closeList, openObject, closeObject] = [codeOf('['), codeOf(']'), codeOf('{'), codeOf('}')];

/** Where the text that begins at `start` has its closing quote. */
function endOfText(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === backslash) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}
