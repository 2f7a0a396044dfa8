import { type Label, type Mention, without } from './mention.ts';

/*
 * What can be told by its form. Every pattern begins where no earlier character could belong to it and
 * repeats only what is bounded, so that none takes longer than the text is long.
 */
const email =
  /(?<![\w.+-])[\w+-](?:[\w.+-]{0,62}[\w+-])?@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,24}(?![\w-])/gi;

const month =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?';
const day = '(?:0?[1-9]|[12]\\d|3[01])(?:st|nd|rd|th)?';
const year = '(?:1[5-9]|20)\\d{2}';
/** A day or a year makes it a date: "Tuesday", "in May" and "next week" are none. */
const date = new RegExp(
  [
    `${day}(?:\\s+of)?\\s+${month},?\\s+${year}`,
    `${month}\\s+${day},?\\s+${year}`,
    `${year}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])`,
    `(?:0?[1-9]|[12]\\d|3[01])([/.-])(?:0?[1-9]|[12]\\d|3[01])\\1${year}`,
    `${month},?\\s+${year}`,
    `${day}(?:\\s+of)?\\s+${month}`,
    `${month}\\s+${day}`,
  ]
    .map((form) => `(?:${form})`)
    .join('|')
    .replace(/^/, '(?<![\\w/.-])(?:')
    .concat(')(?![\\w/-])'),
  'gi',
);

const amount = '\\d{1,3}(?:[ ,.\u00a0\u202f]\\d{3}){0,6}(?:[.,]\\d{1,2})?|\\d{1,15}(?:[.,]\\d{1,2})?';
const scale = '(?:\\s?(?:thousand|million|billion|trillion|mln|bn|[kmb])(?!\\w))?';
const sign = '[$€£¥₹₽₺₴₩]';
const code =
  '(?:USD|EUR|GBP|JPY|CHF|CNY|RUB|UAH|TRY|INR|PLN|SEK|NOK|DKK|CZK|HUF|RON|AUD|CAD|NZD|AED|SGD|HKD|ZAR|BRL|MXN)';
const coin =
  '(?:US\\s)?(?:dollars?|euros?|pounds?(?:\\ssterling)?|cents?|yen|yuan|francs?|rubles?|roubles?|rupees?|lira|zloty|kron(?:a|er|or)|dirhams?|pesos?|bitcoins?|BTC)';
const money = new RegExp(
  `(?<![\\w.,])(?:(?:(?:US|A|C|NZ|HK)?${sign}|${code})\\s?(?:${amount})(?!\\d)${scale}|(?:${amount})${scale}\\s?(?:${sign}|(?:${code}|${coin})(?!\\w)))`,
  'gi',
);

/** Letters and digits that look like a telephone number in part. */
const iban = /(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)/g;
/** It says so by +, 00, brackets or 0 in front, or by the form of North America. */
const phone =
  /(?<![\w+.,-]|\d[ /])(?:(?:\+|00)[1-9]\d{0,2}[ .-]?(?:\(0?\d{1,5}\)[ .-]?)?\d{1,5}(?:[ .-]?\d{2,5}){1,5}|\(0?\d{2,5}\)[ .-]?\d{2,5}(?:[ .-]?\d{2,5}){1,3}|0\d{1,5}[ /-]?\d{2,5}(?:[ -]?\d{2,5}){1,3}|\d{3}[ .-]\d{3}[ .-]\d{4})(?![\w-]|[.,]\d)/g;

/** Dates, e-mail addresses, amounts and telephone numbers, none inside another. */
export function findPatterns(text: string): Mention[] {
  const found: Mention[] = [];
  const add = (mentions: Mention[]) => found.push(...without(mentions, found));
  add(matchAll(text, email, 'email'));
  add(matchAll(text, date, 'date'));
  add(matchAll(text, money, 'money'));
  const accounts = matchAll(text, iban, 'phone');
  add(without(matchAll(text, phone, 'phone'), accounts).filter((m) => hasDigits(text.slice(m.start, m.end))));
  return found;
}

function matchAll(text: string, pattern: RegExp, label: Label): Mention[] {
  return [...text.matchAll(pattern)].map(({ 0: match, index }) => ({ label, start: index, end: index + match.length }));
}

/** E.164 allows 15 digits; fewer than 7 are an extension. */
function hasDigits(number: string): boolean {
  const digits = number.replace(/\D/g, '').length;
  return digits >= 7 && digits <= 15;
}
