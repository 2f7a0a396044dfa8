import { countWords, hasEnglishWords, isForeign, scoreSentiment } from './english.ts';
import { type Sentence, splitSentences } from './split-sentences.ts';

export type Sentiment = 'positive' | 'negative' | 'neutral';

/** `sentiment` is undefined where the sentence is not English. */
export interface Judged extends Sentence {
  score: number;
  sentiment: Sentiment | undefined;
}

export async function judgeSentences(text: string, signal: AbortSignal): Promise<Judged[]> {
  const sentences = [...splitSentences(text)];
  const judged: Judged[] = [];
  for (const [i, sentence] of sentences.entries()) {
    const neighbours = sentences.slice(Math.max(0, i - 1), i + 2);
    const understood = isEnglish(sentence.text, neighbours.map((one) => one.text).join(' '));
    const score = understood ? scoreSentiment(sentence.text) : 0;
    judged.push({ ...sentence, score, sentiment: understood ? nameSentiment(score) : undefined });
    if (i % 100 === 0) {
      // Lets the abort in.
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
    }
  }
  return judged;
}

/** Fewer words are too few to tell a language by: they are in that of their neighbours. */
const tellingWords = 5;

/** Names make a sentence look foreign or leave it without the words of English: then its neighbours tell. */
function isEnglish(sentence: string, context: string): boolean {
  const amongEnglish = hasEnglishWords(context) && !isForeign(context);
  if (countWords(sentence) < tellingWords) return amongEnglish;
  return hasEnglishWords(sentence) ? amongEnglish || !isForeign(sentence) : amongEnglish && !isForeign(sentence);
}

export function nameSentiment(score: number): Sentiment {
  if (score >= 0.1) return 'positive';
  return score <= -0.1 ? 'negative' : 'neutral';
}
