// npm test, after the set-up: the checks, the unit and integration tests, the browser tests, and their sum.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBrowser } from './test/browser.mts';
import { countPlaywright, countVitest, crashed, findLacking, type Tally } from './test/tally.mts';

const root = fileURLToPath(new URL('..', import.meta.url));
const web = join(root, 'packages/web');
const reports = mkdtempSync(join(tmpdir(), 'assay-test-reports-'));
const PATH = `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH}`;

/** Shows what the command prints; its exit code, 1 when a signal ended it. */
function run(command: string, args: string[], cwd: string, env: Record<string, string>): number {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit', env: { ...process.env, PATH, ...env } });
  return status ?? 1;
}

function runChecks(): Tally {
  const code = run('sh', ['scripts/check.sh'], root, {});
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, notRun: [] };
}

function runVitest(): Tally {
  console.log('== unit and integration tests');
  const report = join(reports, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  return countVitest(report, run('vitest', ['run', ...reporters], root, {}));
}

function runPlaywright(): Tally {
  console.log('== browser tests');
  let browser: string;
  try {
    browser = findBrowser();
  } catch (error) {
    console.error((error as Error).message);
    return crashed;
  }
  const report = join(reports, 'playwright.json');
  const playwright = join(web, 'node_modules/.bin/playwright');
  const code = run(playwright, ['test', '--reporter=list,json'], web, {
    ASSAY_TEST_BROWSER: browser,
    PLAYWRIGHT_JSON_OUTPUT_FILE: report,
  });
  return countPlaywright(report, code);
}

const tallies = [runChecks(), runVitest(), runPlaywright()];
rmSync(reports, { recursive: true });
const sum = (key: 'passed' | 'failed') => tallies.reduce((total, tally) => total + tally[key], 0);
const notRun = tallies.flatMap((tally) => tally.notRun);
for (const name of notRun) console.log(`Not run on this machine: ${name}`);
// A machine that is there to test has to be able to.
const failed = sum('failed') + (process.env.CI === 'true' ? findLacking(notRun).length : 0);
console.log(`${sum('passed')} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
