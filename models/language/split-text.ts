/** A stretch of a text in one script: UTF-16 code units, end exclusive. */
export interface Piece {
  start: number;
  end: number;
  script: string;
}

/** Longer ones are cut: neither detector reads on, and a text without full stops may be in several languages. */
const longest = 300;
const sentence = /[^\n.!?。！？؟।]+[\n.!?。！？؟।]*/g;

/** Japanese is written in all three, so a change between them is no border. */
const hanAndKana = ['Han', 'Hiragana', 'Katakana', 'Bopomofo'];
const scripts = [
  ...['Latin', 'Cyrillic', 'Greek', 'Arabic', 'Hebrew', 'Armenian', 'Georgian', 'Ethiopic', 'Thaana', 'Devanagari'],
  ...['Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala', 'Thai', 'Lao'],
  ...['Khmer', 'Myanmar', 'Tibetan', 'Mongolian', 'Hangul'],
];
const han = hanAndKana.map((script) => `\\p{scx=${script}}`).join('');
const lettersOf: Record<string, string> = {
  ...Object.fromEntries(scripts.map((script) => [script, `\\p{sc=${script}}`])),
  Han: han,
  other: `[\\p{L}--[${han}${scripts.map((script) => `\\p{sc=${script}}`).join('')}]]`,
};
const run = new RegExp(
  Object.entries(lettersOf)
    .map(([name, letters]) => `(?<${name}>(?=\\p{L})[${letters}][${letters}\\P{L}]*)`)
    .join('|'),
  'gv',
);

/** Sentences, cut where the script changes. What has no letters is in no piece. */
export function* splitText(text: string): Generator<Piece> {
  for (const { 0: whole, index } of text.matchAll(sentence)) {
    for (let at = 0; at < whole.length; ) {
      const length = cut(whole, at);
      yield* splitByScript(whole.slice(at, at + length), index + at);
      at += length;
    }
  }
}

/** How much of a sentence to take from `at`: up to a space if there is one, and never half a character. */
function cut(text: string, at: number): number {
  if (text.length - at <= longest) return text.length - at;
  const window = text.slice(at, at + longest);
  const space = window.lastIndexOf(' ');
  if (space > 0) return space + 1;
  return /[\uD800-\uDBFF]$/.test(window) ? longest - 1 : longest;
}

function* splitByScript(text: string, start: number): Generator<Piece> {
  for (const { 0: found, index, groups = {} } of text.matchAll(run)) {
    const script = Object.keys(groups).find((name) => groups[name] !== undefined) ?? 'other';
    yield { start: start + index, end: start + index + found.trimEnd().length, script };
  }
}
