import { anyHashSchema } from '../object.ts';
import type { AmountField } from './fields.ts';
import { type StateWord, stateWords } from './query.ts';

// How values are written. Readers return undefined for what is none; printers write what reads the same again.

const plain = String.raw`(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?`;
const numberForm = new RegExp(`^[+-]?${plain}$`, 'i');

export function readNumber(text: string): number | undefined {
  const value = numberForm.test(text) ? Number(text) : Number.NaN;
  // No two zeros: "-0" would not read the same again.
  return Number.isFinite(value) ? value + 0 : undefined;
}

const sizeUnits: readonly [unit: string, bytes: number][] = [
  ['TB', 1e12],
  ['GB', 1e9],
  ['MB', 1e6],
  ['kB', 1e3],
  ['TiB', 2 ** 40],
  ['GiB', 2 ** 30],
  ['MiB', 2 ** 20],
  ['KiB', 2 ** 10],
  ['B', 1],
];

const measured = new RegExp(`^(${plain})([a-z]*)$`, 'i');

function readMeasured(text: string, units: readonly [unit: string, worth: number][], without: number) {
  const [, figure = '', unit = ''] = measured.exec(text) ?? [];
  const worth = unit ? units.find(([name]) => name.toLowerCase() === unit.toLowerCase())?.[1] : without;
  return figure && worth !== undefined ? Number(figure) * worth : undefined;
}

function readSize(text: string): number | undefined {
  const bytes = readMeasured(text, sizeUnits, 1);
  const whole = bytes === undefined ? undefined : Math.round(bytes);
  return whole !== undefined && Number.isSafeInteger(whole) ? whole : undefined;
}

function printSize(bytes: number): string {
  const [unit, worth] = sizeUnits.find(([, each]) => bytes >= each && bytes % each === 0) ?? ['B', 1];
  return `${bytes / worth}${unit}`;
}

const durationUnits: readonly [unit: string, seconds: number][] = [
  ['ms', 0.001],
  ['s', 1],
  ['sec', 1],
  ['min', 60],
  ['h', 3600],
];
const clock = /^(?:(\d+):)?(\d+):(\d{2}(?:\.\d+)?)$/;

function readDuration(text: string): number | undefined {
  const [whole, hours = '0', minutes = '0', seconds = '0'] = clock.exec(text) ?? [];
  const value = whole
    ? Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
    : readMeasured(text, durationUnits, 1);
  return value !== undefined && value <= Number.MAX_SAFE_INTEGER ? value : undefined;
}

function printDuration(seconds: number): string {
  if (!Number.isInteger(seconds) || seconds < 60) return `${seconds}s`;
  const two = (n: number) => String(n).padStart(2, '0');
  const minutes = Math.floor(seconds / 60) % 60;
  return seconds < 3600
    ? `${minutes}:${two(seconds % 60)}`
    : `${Math.floor(seconds / 3600)}:${two(minutes)}:${two(seconds % 60)}`;
}

function readPixels(text: string): number | undefined {
  const value = readNumber(text.replace(/px$/i, ''));
  return value !== undefined && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

interface AmountForm {
  read(text: string): number | undefined;
  print(value: number): string;
  expected: string;
}

const pixels: AmountForm = { read: readPixels, print: String, expected: 'a number of pixels, such as 1920' };
export const amountForms: Readonly<Record<AmountField, AmountForm>> = {
  size: { read: readSize, print: printSize, expected: 'a size, such as 500kB, 10MB or 1.5GiB' },
  width: pixels,
  height: pixels,
  duration: { read: readDuration, print: printDuration, expected: 'a duration, such as 90s, 1:30 or 2h' },
};

const date = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:t(\d{2}):(\d{2}))?)?)?$/;
const ago = /^(\d{1,5})(min|h|d|w)$/;
export const expectedDate = 'a day such as 2026-11-01, a month or year, today, or how long ago, such as 7d or 12h';

export function readDate(text: string): string | undefined {
  const word = text.toLowerCase();
  if (word === 'today' || word === 'yesterday' || ago.test(word)) return word;
  const parts = date.exec(word);
  if (!parts) return undefined;
  const [, year = '', month = '01', day = '01', hour = '00', minute = '00'] = parts;
  const moment = new Date(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
  // The 30th of February is a day of March to some engines and none to others.
  const isReal = !Number.isNaN(moment.getTime()) && moment.getUTCDate() === Number(day) && Number(year) > 0;
  return isReal ? word.toUpperCase() : undefined;
}

export const readHash = (text: string): string | undefined => anyHashSchema.safeParse(text).data;

export function readSimilar(text: string): { hash: string; distance: number | null } | undefined {
  const [, word = '', bits] = /^([0-9a-f]+)(?::(\d{1,3}))?$/i.exec(text) ?? [];
  const hash = readHash(word);
  const distance = bits === undefined ? null : Number(bits);
  return hash && (distance ?? 0) <= 256 ? { hash, distance } : undefined;
}

export function readState(text: string): { model: string | null; state: StateWord } | undefined {
  const at = text.lastIndexOf(':');
  const word = text
    .slice(at + 1)
    .toLowerCase()
    .replace(/[\s_]/g, '-');
  const state = stateWords.find((each) => each === word);
  const model = at < 0 ? null : text.slice(0, at);
  return state && (model === null || isModelName(model)) ? { model, state } : undefined;
}

export const isModelName = (text: string): boolean => /^[a-z][a-z0-9_]{0,62}$/.test(text);
