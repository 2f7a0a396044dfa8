import { type LanguageIdentifier, loadModule } from 'cld3-asm';
import model from 'wink-eng-lite-web-model';
import winkNLP from 'wink-nlp';

const nlp = winkNLP(model, ['sbd', 'negation', 'sentiment']);

let cld: LanguageIdentifier;

export async function loadLanguages(): Promise<void> {
  cld = (await loadModule()).create(0, 2000);
}

/** The mean of the sentiment of its words: -1 to 1, 0 where there is none. */
export function scoreSentiment(text: string): number {
  return Number(nlp.readDoc(text).out(nlp.its.sentiment));
}

/** At least a quarter of it are the small words of English: "the", "to", "you". */
export function hasEnglishWords(text: string): boolean {
  const words = nlp
    .readDoc(text)
    .tokens()
    .filter((token) => token.out(nlp.its.type) === 'word');
  const small = words.filter((word) => Boolean(word.out(nlp.its.stopWordFlag)));
  return small.length() > 0 && small.length() >= words.length() / 4;
}

/** CLD3 is certain of another language. */
export function isForeign(text: string): boolean {
  const words = text.replace(/[^\p{L}\p{M}\p{Zs}'’.,!?-]+/gu, ' ').trim();
  const { language, probability } = cld.findLanguage(words);
  return language !== 'en' && probability >= 0.98;
}

export function countWords(text: string): number {
  return text.match(/[\p{L}\p{M}'’]+/gu)?.length ?? 0;
}
