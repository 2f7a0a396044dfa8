import type { Label, Mention } from './mention.ts';

/** Each thing once, in the order of its first mention, line breaks in it made spaces. */
export function listMentions(text: string, mentions: Mention[]) {
  const list = (label: Label) => [
    ...new Set(
      mentions.filter((m) => m.label === label).map(({ start, end }) => text.slice(start, end).replace(/\s+/g, ' ')),
    ),
  ];
  return {
    people: joinNames(list('person')),
    places: list('place'),
    organisations: list('organisation'),
    dates: list('date'),
    emails: list('email'),
    phones: list('phone'),
    money: list('money'),
  };
}

/** "Keller" is Anna Keller where she is named in the same text. */
function joinNames(names: string[]): string[] {
  const parts = new Set(names.filter((name) => name.includes(' ')).flatMap((name) => name.split(' ')));
  return names.filter((name) => !parts.has(name));
}
