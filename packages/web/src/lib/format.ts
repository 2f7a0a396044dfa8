/** Words are English, so figures are too: one page never mixes two ways to write a number. */
const locale = 'en';

const count = new Intl.NumberFormat(locale);
const oneDecimal = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const threeDigits = new Intl.NumberFormat(locale, { maximumSignificantDigits: 4 });

export const formatCount = (n: number): string => count.format(n);

/** `3 files`, `1 file`. */
export const formatCountOf = (n: number, one: string, many = `${one}s`): string =>
  `${formatCount(n)} ${n === 1 ? one : many}`;

export const formatNumber = (n: number): string => (Number.isInteger(n) ? count.format(n) : threeDigits.format(n));

/** Powers of 1000, as disks and networks count. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return unit === 0 ? `${value} B` : `${oneDecimal.format(value)} ${units[unit]}`;
}

export const formatExactBytes = (bytes: number): string => `${formatCount(bytes)} ${bytes === 1 ? 'byte' : 'bytes'}`;

/** A span of time as a person says it: `12 ms`, `0.41 s`, `13 s`, `4 min 10 s`, `2 h 5 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 0.1) return `${Math.max(1, Math.round(seconds * 1000))} ms`;
  if (seconds < 10) return `${Number(seconds.toPrecision(2))} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return whole % 60 === 0 ? `${whole / 60} min` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  return minutes % 60 === 0
    ? `${formatCount(minutes / 60)} h`
    : `${formatCount(Math.floor(minutes / 60))} h ${minutes % 60} min`;
}

/** A place in a recording: `0:02.4`, `1:02:03`. */
export function formatPlace(seconds: number, tenths = false): string {
  const unit = tenths ? 10 : 1;
  const total = Math.floor(seconds * unit + 1e-6) / unit;
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const rest = (total % 60).toFixed(tenths ? 1 : 0).padStart(tenths ? 4 : 2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** A model's claim between 0 and 1: `.97`; `1.00` is certain. */
export const formatScore = (score: number): string => score.toFixed(2).replace(/^0/, '');

export const formatPercent = (fraction: number): string => `${Math.floor(fraction * 100)} %`;

/** The middle of a hash is left out. */
export const shortenHash = (hash: string): string =>
  hash.length <= 16 ? hash : `${hash.slice(0, 8)}…${hash.slice(-6)}`;
