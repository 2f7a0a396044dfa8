import { existsSync, readFileSync } from 'node:fs';

export interface Tally {
  passed: number;
  failed: number;
  /** Names of the tests that this machine can't run. */
  notRun: string[];
}

interface VitestReport {
  success: boolean;
  numPassedTests: number;
  numFailedTests: number;
  testResults: { status: string; assertionResults: { status: string; fullName: string }[] }[];
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
    notRun: report.testResults
      .flatMap((result) => result.assertionResults)
      .filter(({ status }) => status !== 'passed' && status !== 'failed')
      .map(({ fullName }) => fullName),
  });
}

interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number };
  errors: unknown[];
  suites: PlaywrightSuite[];
}

interface PlaywrightSuite {
  suites?: PlaywrightSuite[];
  specs: { title: string; tests: { status: string; annotations: { type: string; description?: string }[] }[] }[];
}

/** Counts Playwright's JSON report; an error outside of any test counts as a failed test. */
export function countPlaywright(file: string, exitCode: number): Tally {
  const report = readReport<PlaywrightReport>(file);
  if (!report) return crashed;
  const { expected, unexpected, flaky } = report.stats;
  return distrust(exitCode, {
    passed: expected + flaky,
    failed: unexpected + report.errors.length,
    notRun: report.suites.flatMap(listSkipped),
  });
}

/** Their names, after the reason that a test gave for skipping itself. */
function listSkipped({ suites = [], specs }: PlaywrightSuite): string[] {
  const skipped = specs.flatMap(({ title, tests }) =>
    tests
      .filter(({ status }) => status === 'skipped')
      .map(({ annotations }) => annotations.find(({ type }) => type === 'skip')?.description)
      .map((reason) => (reason ? `${reason}: ${title}` : title)),
  );
  return [...skipped, ...suites.flatMap(listSkipped)];
}

/**
 * The tests among these that stand for others, which need what could not be brought to this machine. Who runs them, as
 * root or not, is not among that.
 */
export const findLacking = (notRun: string[]): string[] => notRun.filter((name) => name.startsWith('lacking '));

export const crashed: Tally = { passed: 0, failed: 1, notRun: [] };

/** A runner that ran nothing, or that ended badly with no failed test to show for it, has failed. */
function distrust(exitCode: number, tally: Tally): Tally {
  const sound = tally.passed + tally.failed > 0 && (exitCode === 0 || tally.failed > 0);
  return sound ? tally : { ...tally, failed: tally.failed + 1 };
}

function readReport<T>(file: string): T | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined;
}
