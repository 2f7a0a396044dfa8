import { type LanguageIdentifier, loadModule } from 'cld3-asm';
import { eld } from 'eld/extrasmall';

/** What two detectors make of a piece of text. */
export interface Verdict {
  /** BCP 47; undefined when it can't be told. */
  language: string | undefined;
  /** They agree, on enough letters that this is hardly ever wrong. */
  isSure: boolean;
}

export const unsure: Verdict = { language: undefined, isSure: false };

/** On fewer letters nothing is sure. */
export const fewestSure = 20;

/** CLD3 writes some languages in codes that are out of use. */
const currentCodes: Record<string, string> = { iw: 'he', fil: 'tl' };
const eldLanguages = new Set(Object.values(eld.info().Languages));
// It knows Kurdish in Arabic letters only.
eldLanguages.delete('ku');

let cld: LanguageIdentifier;

export async function loadDetectors(): Promise<void> {
  cld = (await loadModule()).create(0, 2000);
}

/**
 * CLD3 knows 107 languages and guesses boldly, ELD knows 60 and is right more often on few letters.
 * Either is asked where it is the better one; the thresholds are from `evaluate.ts` on other paragraphs
 * of the same source.
 */
export function detectLanguage(text: string): Verdict {
  const words = text.replace(/[^\p{L}\p{M}\p{Zs}'’.,!?-]+/gu, ' ').trim();
  const letters = countLetters(words);
  if (letters === 0) return unsure;
  const bold = askCld(words);
  const careful = askEld(words);
  if (bold.language === careful.language && (bold.isReliable || careful.isReliable)) {
    return { language: bold.language, isSure: letters >= fewestSure };
  }
  const onlyCldKnows = !eldLanguages.has(bold.language);
  if (onlyCldKnows && bold.probability >= 0.95 && letters >= 20) {
    return { language: bold.language, isSure: letters >= 60 };
  }
  if (careful.isReliable && careful.margin > 0.03 && letters >= 10 && (!onlyCldKnows || bold.probability < 0.9)) {
    return { language: careful.language, isSure: letters >= 60 };
  }
  return unsure;
}

export function countLetters(text: string): number {
  return text.match(/\p{L}/gu)?.length ?? 0;
}

function askCld(text: string) {
  const { language, is_reliable, probability } = cld.findLanguage(text);
  return { language: currentCodes[language] ?? String(language), isReliable: is_reliable, probability };
}

function askEld(text: string) {
  const found = eld.detect(text);
  const [first = 0, second = 0] = Object.values(found.getScores());
  return { language: found.language, isReliable: found.isReliable(), margin: first - second };
}
