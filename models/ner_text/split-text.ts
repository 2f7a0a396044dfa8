/** A piece of a text and where it begins. */
export interface Piece {
  text: string;
  start: number;
}

/** Work on a piece may grow with its square, so pieces are short and work on a text grows with its length. */
const longest = 2000;

/** Pieces end between paragraphs; where one is too long, after a sentence, else a word, else anywhere. */
export function* splitText(text: string): Generator<Piece> {
  for (let start = 0; start < text.length; ) {
    const end = findEnd(text, start);
    yield { text: text.slice(start, end), start };
    start = end;
  }
}

function findEnd(text: string, start: number): number {
  if (text.length - start <= longest) return text.length;
  const window = text.slice(start, start + longest);
  for (const boundary of [/^[\s\S]*\n\s*\n/, /^[\s\S]*[.!?]["')\]]*\s+/, /^[\s\S]*\s/]) {
    const [found] = boundary.exec(window) ?? [];
    if (found) return start + found.length;
  }
  const cutsPair = /[\uD800-\uDBFF]$/.test(window);
  return start + longest - (cutsPair ? 1 : 0);
}
