import { formatBytes, formatCount, formatCountOf, formatSeconds, mediaTypes, showFileName } from '@assay/shared';
import type { Tally } from './tally.ts';

export interface Ending {
  tally: Tally;
  run: string;
  /** Of the run's page; null: nothing is in, so there is no run. */
  address: string | null;
  seconds: number;
  exitCode: number;
  isInterrupted: boolean;
  /** Why the work ended before its time; null when it did not. */
  because: string | null;
}

/** The last line of `--json`. */
export function summarise({ tally, ...ending }: Ending): object {
  const { states, mediaTypes, all, sentBytes, reasons } = tally;
  const counts = Object.fromEntries([...reasons.values()].map(({ code, files }) => [code, files]));
  return { summary: { ...all, sentBytes, states, mediaTypes, reasons: counts, ...ending } };
}

/** What the command says at its end: what is not in and why, then what is in. */
export function printSummary(ending: Ending): string {
  const { tally, address, seconds, because, isInterrupted } = ending;
  const perSecond = (n: number) => n / Math.max(seconds, 0.001);
  return [
    ...printReasons(tally),
    ...(tally.in > 0 ? [...printTypes(tally), ''] : []),
    `${formatCount(tally.in)} of ${formatCountOf(tally.all.files, 'file')} in, ${formatCount(tally.states.known)} of them known before; ` +
      `${formatCount(tally.states.refused)} refused, ${formatCount(tally.states.failed)} failed, ${formatCount(tally.states.skipped)} skipped`,
    `${formatSeconds(seconds)}: ${formatCount(Math.round(perSecond(tally.all.files)))} files/s, ` +
      `${formatBytes(Math.round(perSecond(tally.all.bytes)))}/s; ${formatBytes(tally.sentBytes)} sent`,
    ...(address ? [`Run: ${address}`] : []),
    ...(because ? [because] : []),
    ...(because || isInterrupted ? ['Run the same command again to go on: what is in is not sent twice.'] : []),
  ].join('\n');
}

function printReasons({ reasons }: Tally): string[] {
  return [...reasons.values()].flatMap(({ code, files, examples }) => [
    `${code}: ${formatCountOf(files, 'file')}`,
    ...examples.map(({ path, message }) => `  ${showFileName(`${path}: ${message}`)}`),
    ...(files > examples.length ? [`  and ${formatCount(files - examples.length)} more; --json lists them all`] : []),
    '',
  ]);
}

function printTypes(tally: Tally): string[] {
  const rows = mediaTypes.map((type) => {
    const { files, bytes } = tally.mediaTypes[type];
    return [type, formatCount(files), formatBytes(bytes)];
  });
  return rows.map(
    ([type = '', files = '', bytes = '']) => `${type.padEnd(6)}${files.padStart(12)}${bytes.padStart(12)}`,
  );
}
