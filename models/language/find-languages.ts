import { countLetters, detectLanguage, fewestSure, unsure } from './detect-language.ts';
import { maskText } from './mask-text.ts';
import { type Piece, splitText } from './split-text.ts';

/** A stretch of a text in one language; undefined when it can't be told. */
export interface Stretch extends Piece {
  letters: number;
  language: string | undefined;
}

/** Fewer letters are not decided by themselves when there is something beside them. */
const enough = 30;
const longest = 300;

/** Who is in which language, in the order of the text. What has no letters is in no stretch. */
export async function findLanguages(text: string, signal: AbortSignal): Promise<Stretch[]> {
  const masked = maskText(text);
  const pieces: (Stretch & { isSure: boolean })[] = [];
  for (const piece of splitText(masked)) {
    const own = masked.slice(piece.start, piece.end);
    const letters = countLetters(own);
    const { language, isSure } = letters < fewestSure ? unsure : detectLanguage(own);
    pieces.push({ ...piece, letters, language: isSure ? language : undefined, isSure });
    if (pieces.length % 100 === 0) await letAbortIn(signal);
  }
  const stretches = borrowFromNeighbours(joinOpen(pieces));
  for (const [i, stretch] of stretches.entries()) {
    stretch.language ??= detectLanguage(masked.slice(stretch.start, stretch.end)).language;
    if (i % 100 === 0) await letAbortIn(signal);
  }
  return joinSame(stretches);
}

async function letAbortIn(signal: AbortSignal) {
  await new Promise((resolve) => setImmediate(resolve));
  signal.throwIfAborted();
}

/** Pieces that are not sure by themselves are looked at together, as far as they touch. */
function joinOpen<S extends Stretch & { isSure: boolean }>(pieces: S[]): S[] {
  const joined: S[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    const fits = last && last.script === piece.script && piece.end - last.start <= longest;
    if (last && fits && !last.isSure && !piece.isSure) {
      joined[joined.length - 1] = { ...last, end: piece.end, letters: last.letters + piece.letters };
    } else joined.push(piece);
  }
  return joined;
}

/** "OK." in an English text is English. */
function borrowFromNeighbours<S extends Stretch & { isSure: boolean }>(stretches: S[]): S[] {
  return stretches.map((stretch, i) => {
    if (stretch.isSure || stretch.letters >= enough) return stretch;
    const neighbours = [stretches[i - 1], stretches[i + 1]];
    const sure = neighbours.find((other) => other?.isSure && other.script === stretch.script);
    return sure ? { ...stretch, language: sure.language } : stretch;
  });
}

function joinSame(stretches: Stretch[]): Stretch[] {
  const joined: Stretch[] = [];
  for (const { start, end, script, letters, language } of stretches) {
    const last = joined.at(-1);
    if (last && last.language === language && last.script === script) {
      joined[joined.length - 1] = { ...last, end, letters: last.letters + letters };
    } else joined.push({ start, end, script, letters, language });
  }
  return joined;
}
