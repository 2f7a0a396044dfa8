import { readFile } from 'node:fs/promises';
import { loadDetectors } from './detect-language.ts';
import { findLanguages, type Stretch } from './find-languages.ts';

/*
 * Five paragraphs of the Universal Declaration of Human Rights in each of 75 languages (whole, cut to a
 * length, two languages in turn), and short messages that were written for this.
 */
const read = async (name: string) => JSON.parse(await readFile(new URL(name, import.meta.url), 'utf8'));
const paragraphs: Record<string, string[]> = await read('./evaluation.json');
const messages: [string, string][] = await read('./messages.json');
const find = (text: string) => findLanguages(text, new AbortController().signal);
await loadDetectors();

function mainLanguage(stretches: Stretch[]): string {
  const told = stretches.filter(({ language }) => language).sort((a, b) => b.letters - a.letters);
  return told[0]?.language ?? 'unknown';
}

function shorten(text: string, length: number): string {
  const cut = [...text].slice(0, length).join('');
  return cut.length < text.length && cut.includes(' ') ? cut.slice(0, cut.lastIndexOf(' ')) : cut;
}

async function count(cases: [string, string][], tellWrong = false) {
  const counts = { texts: cases.length, right: 0, unknown: 0, wrong: 0 };
  for (const [language, text] of cases) {
    const found = mainLanguage(await find(text));
    counts[found === language ? 'right' : found === 'unknown' ? 'unknown' : 'wrong'] += 1;
    if (tellWrong && found !== language) console.log(`${language} > ${found}: ${text}`);
  }
  return counts;
}

const all = Object.entries(paragraphs).flatMap(([language, texts]) =>
  texts.map((text): [string, string] => [language, text]),
);
const table: Record<string, object> = {};
for (const length of [15, 30, 60, 90]) {
  table[`first ${length} characters`] = await count(all.map(([language, text]) => [language, shorten(text, length)]));
}
table.whole = await count(all, true);
table.messages = await count(messages, true);
console.table(table);

const languages = Object.keys(paragraphs);
const letters = { all: 0, right: 0, unknown: 0 };
for (const [i, one] of languages.entries()) {
  const other = languages[(i + 7) % languages.length] as string;
  const parts = [0, 1, 2].flatMap((n) => [one, other].map((language) => [language, paragraphs[language]?.[n] ?? '']));
  const text = parts.map(([, part]) => part).join('\n');
  const stretches = await find(text);
  let start = 0;
  for (const [language = '', part = ''] of parts) {
    for (const stretch of stretches) {
      const shared = Math.min(stretch.end, start + part.length) - Math.max(stretch.start, start);
      if (shared <= 0) continue;
      letters.all += shared;
      if (stretch.language === language) letters.right += shared;
      if (!stretch.language) letters.unknown += shared;
    }
    start += part.length + 1;
  }
}
console.log(`Two languages in turn: ${((100 * letters.right) / letters.all).toFixed(1)} % of the letters right,`);
console.log(`${((100 * letters.unknown) / letters.all).toFixed(1)} % unknown`);
