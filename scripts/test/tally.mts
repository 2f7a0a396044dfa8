import { existsSync, readFileSync } from 'node:fs';

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

interface VitestReport {
  success: boolean;
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: unknown[] }[];
}

/** Counts vitest's JSON report; a file that could not be run counts as a failed test. */
export function countVitest(file: string, exitCode: number): Tally {
  const report = readReport<VitestReport>(file);
  if (!report) return crashed;
  const broken = report.testResults.filter(
    (result) => result.status === 'failed' && result.assertionResults.length === 0,
  );
  return distrust(exitCode, {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  });
}

interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  errors: unknown[];
}

/** Counts Playwright's JSON report; an error outside of any test counts as a failed test. */
export function countPlaywright(file: string, exitCode: number): Tally {
  const report = readReport<PlaywrightReport>(file);
  if (!report) return crashed;
  const { expected, unexpected, flaky, skipped } = report.stats;
  return distrust(exitCode, { passed: expected + flaky, failed: unexpected + report.errors.length, skipped });
}

export const crashed: Tally = { passed: 0, failed: 1, skipped: 0 };

/** A runner that ran nothing, or that ended badly with no failed test to show for it, has failed. */
function distrust(exitCode: number, tally: Tally): Tally {
  const sound = tally.passed + tally.failed > 0 && (exitCode === 0 || tally.failed > 0);
  return sound ? tally : { ...tally, failed: tally.failed + 1 };
}

function readReport<T>(file: string): T | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined;
}
