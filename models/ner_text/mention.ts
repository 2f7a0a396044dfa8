export type Label = 'person' | 'place' | 'organisation' | 'date' | 'email' | 'phone' | 'money';

/** Where something is named: UTF-16 code units, end exclusive. */
export interface Mention {
  label: Label;
  start: number;
  end: number;
}

export function overlaps(a: Mention, b: Mention): boolean {
  return a.start < b.end && b.start < a.end;
}

/** What is left of `mentions` without those that touch one of `taken`. */
export function without(mentions: Mention[], taken: Mention[]): Mention[] {
  return mentions.filter((mention) => !taken.some((other) => overlaps(mention, other)));
}
