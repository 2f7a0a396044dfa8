import { formatCount, formatSeconds, showFileName } from '@assay/shared';
import type { CheckReport } from './check-model.ts';
import type { Outcome } from './checking.ts';
import type { CheckResult } from './run-check.ts';

const marks: Record<Outcome, string> = { passed: 'ok  ', failed: 'FAIL', not_checked: '-   ' };

/** The lines of one check. What the model said is a stranger's: nothing of it reaches the terminal as a command. */
export function printResult({ name, outcome, asked, came, fix, seconds }: CheckResult): string {
  return [
    `${marks[outcome]}  ${name.replaceAll('_', ' ')}${outcome === 'not_checked' ? '' : ` (${formatSeconds(seconds)})`}`,
    `        asked  ${asked}`,
    `        came   ${showFileName(came)}`,
    ...(fix ? [`        fix    ${showFileName(fix)}`] : []),
  ].join('\n');
}

export function printEnding({ url, model, results, seconds }: CheckReport): string {
  const count = (outcome: Outcome) => results.filter((result) => result.outcome === outcome).length;
  const who = model ? `${model.name} ${model.version} at ${url}` : url;
  const how = count('failed') === 0 ? 'keeps to the protocol' : 'does not keep to the protocol yet';
  return (
    `\n${who} ${how}: ${formatCount(count('passed'))} passed, ${formatCount(count('failed'))} failed, ` +
    `${formatCount(count('not_checked'))} not checked, in ${formatSeconds(seconds)}`
  );
}
