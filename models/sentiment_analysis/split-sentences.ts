/** UTF-16 code units of the text, end exclusive. */
export interface Sentence {
  text: string;
  start: number;
  end: number;
}

/** What is longer has lost its full stops, and is judged in parts. */
const longest = 1000;

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** A line of this length that ends without a full stop goes on in the next. */
const wrapped = /(?<=[^\n]{60}[^.!?:\n\r])\r?\n(?=[^\r\n])/g;

/** Sentences and lines that have a letter in them. */
export function* splitSentences(text: string): Generator<Sentence> {
  const unwrapped = text.replace(wrapped, (end) => ' '.repeat(end.length));
  for (const { 0: line, index } of unwrapped.matchAll(/[^\n]+/g)) {
    for (let at = 0; at < line.length; at += longest) {
      yield* splitLine(line.slice(at, at + longest), index + at);
    }
  }
}

function* splitLine(line: string, start: number): Generator<Sentence> {
  for (const { segment, index } of segmenter.segment(line)) {
    if (!/\p{L}/u.test(segment)) continue;
    const from = start + index + segment.length - segment.trimStart().length;
    const text = segment.trim();
    yield { text, start: from, end: from + text.length };
  }
}
