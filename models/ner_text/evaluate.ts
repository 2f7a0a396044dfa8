import { readFile } from 'node:fs/promises';
import { findMentions } from './find-mentions.ts';
import { listMentions } from './list-mentions.ts';

/*
 * Compares what is found in sentences written for this with what a person marked in them. "Right" of
 * "found" is the precision, "right" of "there" the recall.
 */
type Case = { text: string } & Partial<Record<string, string[]>>;
const cases: Case[] = JSON.parse(await readFile(new URL('./evaluation.json', import.meta.url), 'utf8'));
const counts = new Map<string, { there: number; found: number; right: number }>();

for (const { text, ...marked } of cases) {
  const mentions = await findMentions(text, new AbortController().signal);
  for (const [label, found] of Object.entries(listMentions(text, mentions))) {
    const there = marked[label] ?? [];
    const count = counts.get(label) ?? { there: 0, found: 0, right: 0 };
    count.there += there.length;
    count.found += found.length;
    count.right += found.filter((name) => there.includes(name)).length;
    counts.set(label, count);
    for (const name of there) if (!found.includes(name)) console.log(`missed ${label}: ${name}`);
    for (const name of found) if (!there.includes(name)) console.log(`wrong  ${label}: ${name} in "${text}"`);
  }
}
console.table(Object.fromEntries(counts));
