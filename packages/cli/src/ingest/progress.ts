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

const terminalMilliseconds = 200;
const plainMilliseconds = 10_000;

/** How far the work is: a line in place on a terminal, and elsewhere a plain line now and then. */
export function showProgress(work: { paths: string[]; exclude: string[]; stop: AbortSignal }, tally: Tally): Progress {
  const terminal = openTerminal(process.stderr);
  const total: Total = { files: 0, bytes: 0, isWhole: false };
  const partly = new Map<string, number>();
  let hashed = 0;
  let samples: readonly Sample[] = [];
  const show = () => {
    const bytes = tally.all.bytes + [...partly.values()].reduce((sum, part) => sum + part, 0);
    samples = addSample(samples, { at: performance.now(), bytes });
    terminal.progress(describe({ tally, total, bytes, hashed, rate: measureRate(samples) }));
  };
  const timer = setInterval(show, process.stderr.isTTY ? terminalMilliseconds : plainMilliseconds);
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

function describe(now: { tally: Tally; total: Total; bytes: number; hashed: number; rate: number | null }): string {
  const { tally, total, bytes, hashed, rate } = now;
  const more = total.isWhole ? '' : '+';
  const parts = [
    `${formatCount(tally.all.files)} of ${formatCount(total.files)}${more} files`,
    `${formatBytes(bytes)} of ${formatBytes(total.bytes)}${more}`,
    rate ? `${formatBytes(Math.round(rate))}/s` : `${formatBytes(hashed)} hashed`,
    ...(rate && total.isWhole ? [`about ${formatSeconds(Math.max(1, (total.bytes - bytes) / rate))} left`] : []),
    ...(tally.notIn > 0 ? [`${formatCount(tally.notIn)} not in`] : []),
  ];
  return parts.join(' · ');
}
