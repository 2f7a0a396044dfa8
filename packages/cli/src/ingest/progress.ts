import { lstat } from 'node:fs/promises';
import { addSample, formatBytes, formatCount, formatSeconds, measureRate, type Sample } from '@assay/shared';
import { openTerminal } from '../terminal.ts';
import { findFiles } from './find-files.ts';
import type { HashedFile } from './hash-file.ts';
import { isOutcome, type Outcome } from './outcome.ts';
import type { Tally } from './tally.ts';

interface Total {
  files: number;
  bytes: number;
  isWhole: boolean;
}

export interface Progress {
  onRead(bytes: number): void;
  onSent(file: HashedFile, bytes: number): void;
  onOutcome(outcome: Outcome): void;
  end(): void;
}

const sampleMilliseconds = 250;
const plainMilliseconds = 10_000;

/** How far the work is: a line in place on a terminal, and elsewhere a plain line now and then. */
export function showProgress(work: { paths: string[]; exclude: string[]; stop: AbortSignal }, tally: Tally): Progress {
  const terminal = openTerminal(process.stderr);
  const total: Total = { files: 0, bytes: 0, isWhole: false };
  const partly = new Map<string, number>();
  let hashed = 0;
  let moved: readonly Sample[] = [];
  let worked: readonly Sample[] = [];
  let shownAt = performance.now();
  const timer = setInterval(() => {
    const at = performance.now();
    const bytes = tally.all.bytes + [...partly.values()].reduce((sum, part) => sum + part, 0);
    moved = addSample(moved, { at, bytes });
    worked = addSample(worked, { at, bytes: bytes + hashed });
    if (!process.stderr.isTTY && at - shownAt < plainMilliseconds) return;
    shownAt = at;
    terminal.progress(describe({ tally, total, bytes, hashed, rate: measureRate(moved), pace: measureRate(worked) }));
  }, sampleMilliseconds);
  const ended = new AbortController();
  void countTotal(work, total, AbortSignal.any([work.stop, ended.signal]));
  return {
    onRead(bytes) {
      hashed += bytes;
    },
    onSent: ({ path, size }, bytes) => void partly.set(path, Math.min(bytes, size)),
    onOutcome: ({ path }) => void partly.delete(path),
    end() {
      ended.abort();
      clearInterval(timer);
      terminal.progress('');
    },
  };
}

/** A walk of its own, so that there is a total long before the work has got that far. */
async function countTotal(work: { paths: string[]; exclude: string[] }, total: Total, stop: AbortSignal) {
  for await (const found of findFiles(work.paths, work.exclude)) {
    if (stop.aborted) return;
    total.files += 1;
    // What has gone meanwhile is for the work itself to say.
    if (!isOutcome(found)) total.bytes += (await lstat(found.at).catch(() => undefined))?.size ?? 0;
  }
  total.isWhole = true;
}

interface Now {
  tally: Tally;
  total: Total;
  /** Dealt with: in, or found not to go in. */
  bytes: number;
  hashed: number;
  /** Of the bytes, a second. */
  rate: number | null;
  /** Of bytes and hashed together: every file is read twice, to hash it and to send it. */
  pace: number | null;
}

function describe({ tally, total, bytes, hashed, rate, pace }: Now): string {
  // The work may be ahead of the count.
  const files = Math.max(total.files, tally.all.files);
  const allBytes = Math.max(total.bytes, bytes);
  const more = total.isWhole ? '' : '+';
  const parts = [
    `${formatCount(tally.all.files)} of ${formatCount(files)}${more} files`,
    `${formatBytes(bytes)} of ${formatBytes(allBytes)}${more}`,
    ...(hashed > bytes ? [`${formatBytes(hashed)} hashed`] : []),
    ...(rate ? [`${formatBytes(Math.round(rate))}/s`] : []),
    ...(pace && total.isWhole
      ? [`about ${formatSeconds(Math.max(1, (2 * allBytes - bytes - hashed) / pace))} left`]
      : []),
    ...(tally.notIn > 0 ? [`${formatCount(tally.notIn)} not in`] : []),
  ];
  return parts.join(' · ');
}
