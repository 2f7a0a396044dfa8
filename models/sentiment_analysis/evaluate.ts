import { readFile } from 'node:fs/promises';
import { loadLanguages } from './english.ts';
import { judgeSentences } from './judge-sentences.ts';

/** Compares what is said of each sentence with what a person said of it. */
const cases: [string, string][] = JSON.parse(await readFile(new URL('./evaluation.json', import.meta.url), 'utf8'));
await loadLanguages();
const table: Record<string, Record<string, number>> = {};
for (const [marked, text] of cases) {
  // Some are two short sentences.
  const judged = await judgeSentences(text, new AbortController().signal);
  const strongest = judged.toSorted((a, b) => Math.abs(b.score) - Math.abs(a.score))[0];
  const found = strongest?.sentiment ?? 'unknown';
  const row = table[marked] ?? { positive: 0, negative: 0, neutral: 0, unknown: 0 };
  table[marked] = row;
  row[found] = (row[found] ?? 0) + 1;
  if (found !== marked) console.log(`${marked}, found ${found}: ${text}`);
}
console.table(table);
