import { formatBytes, formatNumber, formatScore } from '../lib/format.ts';

/** How one class of a result is shown. */
export type ShownValue =
  | { kind: 'words'; words: string }
  | { kind: 'share'; share: number; words: string }
  | { kind: 'list'; items: string[] }
  | { kind: 'nested'; json: string };

/** Units that the names of classes imply. A model that says something else by such a name is shown wrongly by nobody else. */
const units: [RegExp, (n: number) => string][] = [
  [/(^|_)(duration|seconds)$/, (n) => `${formatNumber(n)} s`],
  [/(^|_)(width|height)$/, (n) => `${formatNumber(n)} px`],
  [/(^|_)frame_rate$/, (n) => `${formatNumber(n)} per second`],
  [/(^|_)(sample_rate|hz)$/, (n) => `${formatNumber(n)} Hz`],
  [/(^|_)bit_?rate$/, (n) => `${formatNumber(n)} bit/s`],
  [/(^|_)rotation$/, (n) => `${formatNumber(n)}°`],
  [/(^|_)bytes$/, formatBytes],
];
const shareNames = /(^|_)(score|fraction|confidence|probability|share)$/;

function showNumber(name: string, n: number): ShownValue {
  const unit = units.find(([pattern]) => pattern.test(name));
  if (unit) return { kind: 'words', words: unit[1](n) };
  const isShare = n >= 0 && n <= 1 && (shareNames.test(name) || !Number.isInteger(n));
  return isShare ? { kind: 'share', share: n, words: formatScore(n) } : { kind: 'words', words: formatNumber(n) };
}

const isPlain = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);
const write = (value: string | number | boolean) => (typeof value === 'number' ? formatNumber(value) : String(value));

export function showValue(name: string, value: unknown): ShownValue {
  if (typeof value === 'number') return showNumber(name, value);
  if (typeof value === 'boolean') return { kind: 'words', words: value ? 'yes' : 'no' };
  if (typeof value === 'string') return { kind: 'words', words: value };
  if (Array.isArray(value) && value.every(isPlain)) return { kind: 'list', items: value.map(write) };
  return { kind: 'nested', json: JSON.stringify(value, null, 2) };
}

const longest = 40;

/** A result in one line: the first classes with their values, lists as how many they hold. */
export function glanceAt(result: Record<string, unknown>, most = 3): string {
  const parts = Object.entries(result).map(([name, value]) => {
    if (Array.isArray(value)) return `${name} ${value.length}`;
    const shown = showValue(name, value);
    if (shown.kind === 'nested' || shown.kind === 'list') return name;
    return `${name} ${shown.words.length > longest ? `${shown.words.slice(0, longest)}…` : shown.words}`;
  });
  if (parts.length === 0) return 'nothing found';
  const rest = parts.length - most;
  return parts.slice(0, most).join(' · ') + (rest > 0 ? ` · ${rest} more` : '');
}
