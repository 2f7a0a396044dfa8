import { formatCount, type SecondsRange } from '@assay/shared';

export { formatBytes, formatCount, formatCountOf, formatSeconds } from '@assay/shared';

const threeDigits = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });

export const formatNumber = (n: number): string => (Number.isInteger(n) ? formatCount(n) : threeDigits.format(n));

export const formatExactBytes = (bytes: number): string => `${formatCount(bytes)} ${bytes === 1 ? 'byte' : 'bytes'}`;

/** A place in a recording: `0:02.4`, `1:02:03`. */
export function formatPlace(seconds: number, tenths = false): string {
  const unit = tenths ? 10 : 1;
  const total = Math.floor(seconds * unit + 1e-6) / unit;
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const rest = (total % 60).toFixed(tenths ? 1 : 0).padStart(tenths ? 4 : 2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** `at 0:02.4`, `0:02.4 to 0:03.0`. */
export const describeTime = ({ start, end }: { start: number; end: number }): string =>
  end - start < 0.05 ? `at ${formatPlace(start, true)}` : `${formatPlace(start, true)} to ${formatPlace(end, true)}`;

/** A model's claim between 0 and 1: `.97`; `1.00` is certain. */
export const formatScore = (score: number): string => score.toFixed(2).replace(/^0/, '');

/** How long something may take: `4 to 9 min`, `up to 20 s`. */
export function formatRange({ from, to }: SecondsRange): string {
  const [unit, size] = to < 90 ? ['s', 1] : to < 5400 ? ['min', 60] : to < 172_800 ? ['h', 3600] : ['days', 86_400];
  const [low, high] = [Math.floor(from / size), Math.ceil(to / size)];
  return low === 0 ? `up to ${high} ${unit}` : `${formatCount(low)} to ${formatCount(high)} ${unit}`;
}

/** Predictions a minute, or a second where they are many. */
export function formatRate(perMinute: number): string {
  if (perMinute >= 120) return `${formatNumber(Number((perMinute / 60).toPrecision(3)))} a second`;
  return perMinute >= 10 ? `${formatCount(Math.round(perMinute))} a minute` : `${perMinute.toFixed(1)} a minute`;
}

export const formatPercent = (fraction: number): string => `${Math.floor(fraction * 100)} %`;

/** The middle of a hash is left out. */
export const shortenHash = (hash: string): string =>
  hash.length <= 16 ? hash : `${hash.slice(0, 8)}…${hash.slice(-6)}`;
