import nlp from 'compromise';
import { type Mention, overlaps, without } from './mention.ts';

type Matches = Pick<ReturnType<typeof nlp>, 'json'>;

/** Words in front of a name that are not part of it; so is any that is not capitalised. */
const title =
  /^(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|dame|lord|lady|rev|reverend|father|sister|brother|mother|uncle|aunt|president|chancellor|minister|senator|judge|justice|king|queen|prince|princess|captain|capt|major|maj|colonel|col|general|gen|lieutenant|lt|sergeant|sgt|constable|officer|agent|detective|inspector|superintendent|chief|pc|dci|di|ds|dc)\.?\s+/i;
const plainWord = /^\p{Ll}+\s+/u;
const edges = /^[^\p{L}\p{N}]+|(?:['’]s)?[^\p{L}\p{N}]+$|['’]s$/gu;

/** People, places and organisations of one piece of text; `dates` are those found in it. */
export function findNames(text: string, dates: Mention[]): Mention[] {
  // Most of the time goes into the next line, and names are capitalised.
  if (!/\p{Lu}/u.test(text)) return [];
  const document = nlp(text);
  const organisations = locate(text, document.organizations(), 'organisation');
  const people = without(
    locate(text, document.people(), 'person').map((m) => dropTitles(text, m)),
    organisations,
  );
  const places = [
    ...locate(text, document.places(), 'place').flatMap((mention) => splitAtCommas(text, mention)),
    ...locate(text, document.match(whereabouts, 0), 'place'),
    ...findDatelines(text, dates),
  ].filter((mention) => mention.end > mention.start && !isPartOfName(text, mention));
  const names = [...organisations, ...people, ...unique(without(places, [...organisations, ...people, ...dates]))];
  return names
    .map((mention) => ({ mention, name: text.slice(mention.start, mention.end) }))
    .filter(({ name }) => /\p{L}{2}/u.test(name) && !title.test(`${name} `))
    .map(({ mention }) => mention);
}

/** "in Grimsholt": a proper noun after such a word is a place, unless it is known for something else. */
const whereabouts =
  '(in|near|outside) [(#ProperNoun && !#Person && !#Organization && !#Month && !#WeekDay && !#Date && !#Demonym && !#Acronym)+]';

/** Where the matches are in the text. Punctuation around them is left out. */
function locate(text: string, matches: Matches, label: Mention['label']): Mention[] {
  const found = matches.json({ offset: true }) as { offset: { start: number; length: number } }[];
  return found.map(({ offset }) => trim(text, { label, start: offset.start, end: offset.start + offset.length }));
}

function trim(text: string, mention: Mention): Mention {
  const all = text.slice(mention.start, mention.end);
  const front = /^[^\p{L}\p{N}]*/u.exec(all)?.[0].length ?? 0;
  const kept = all.replace(edges, '');
  return { ...mention, start: mention.start + front, end: mention.start + front + kept.length };
}

function dropTitles(text: string, mention: Mention): Mention {
  const name = text.slice(mention.start, mention.end);
  const front = (title.exec(name) ?? plainWord.exec(name))?.[0];
  return front ? dropTitles(text, { ...mention, start: mention.start + front.length }) : mention;
}

/** "Berlin, Germany" is two places. */
function splitAtCommas(text: string, { label, start, end }: Mention): Mention[] {
  return [...text.slice(start, end).matchAll(/[^,]+/g)].map(({ 0: part, index }) =>
    trim(text, { label, start: start + index, end: start + index + part.length }),
  );
}

const capitalised = "\\p{Lu}[\\p{Ll}'’-]+(?:[ -]\\p{Lu}[\\p{Ll}'’-]+){0,2}";
const afterDate = new RegExp(`^,?\\s+(${capitalised})(?=[.,;]?(?:\\s|$))(?=[.,;]|\\s*(?:\\n|$))`, 'u');
const beforeDate = new RegExp(`(?:^|\\n)\\s*(${capitalised}),\\s+$`, 'u');

/** Letters and notes begin with a place beside a date: "14 March 2026, Springfield." */
function findDatelines(text: string, dates: Mention[]): Mention[] {
  return dates.flatMap((date) => {
    const after = afterDate.exec(text.slice(date.end, date.end + 100));
    const before = beforeDate.exec(text.slice(Math.max(0, date.start - 100), date.start));
    const places: Mention[] = [];
    if (after?.[1]) {
      const start = date.end + after[0].length - after[1].length;
      places.push({ label: 'place', start, end: start + after[1].length });
    }
    if (before?.[1]) {
      const start = date.start - (before[0].length - before[0].indexOf(before[1]));
      places.push({ label: 'place', start, end: start + before[1].length });
    }
    return places;
  });
}

/** "Scotland Yard" is not in Scotland. */
function isPartOfName(text: string, { end }: Mention): boolean {
  return /^ \p{Lu}\p{Ll}/u.test(text.slice(end, end + 3));
}

/** Of mentions that overlap the longest, then the first. */
function unique(mentions: Mention[]): Mention[] {
  const kept: Mention[] = [];
  for (const mention of mentions.toSorted((a, b) => b.end - b.start - (a.end - a.start))) {
    if (!kept.some((other) => overlaps(mention, other))) kept.push(mention);
  }
  return kept;
}
