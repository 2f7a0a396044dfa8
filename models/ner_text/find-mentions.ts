import { findNames } from './find-names.ts';
import { findPatterns } from './find-patterns.ts';
import { type Mention, without } from './mention.ts';
import { splitText } from './split-text.ts';

/** Everything that is named in a text, in its order. */
export async function findMentions(text: string, signal: AbortSignal): Promise<Mention[]> {
  const all: Mention[] = [];
  for (const piece of splitText(text)) {
    const patterns = findPatterns(piece.text);
    const names = without(
      findNames(
        piece.text,
        patterns.filter(({ label }) => label === 'date'),
      ),
      patterns,
    );
    const found = [...patterns, ...names].sort((a, b) => a.start - b.start);
    for (const { label, start, end } of found) all.push({ label, start: piece.start + start, end: piece.start + end });
    // Lets the abort in.
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  }
  return all;
}
