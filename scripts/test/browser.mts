import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const installed = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable'];

/** The path of a Chromium or Chrome; installed from Debian when that can be done. Throws a sentence when there is none. */
export function findBrowser(): string {
  const chosen = process.env.ASSAY_TEST_BROWSER;
  if (chosen) {
    if (existsSync(chosen)) return chosen;
    throw new Error(`There is no browser at ${chosen}, which ASSAY_TEST_BROWSER names.`);
  }
  const present = findInstalled();
  if (present) return present;
  if (process.getuid?.() === 0 && isDebian()) installChromium();
  const now = findInstalled();
  if (now) return now;
  throw new Error(
    'There is no browser for the browser tests: install Chromium or Chrome, or name one in ASSAY_TEST_BROWSER ' +
      '(as root on Debian it is installed by itself).',
  );
}

function findInstalled(): string | undefined {
  return [...installed, findPlaywrightsOwn()].find((path) => path !== undefined && existsSync(path));
}

function findPlaywrightsOwn(): string | undefined {
  const require = createRequire(new URL('../../packages/web/package.json', import.meta.url));
  const { chromium } = require('@playwright/test') as { chromium: { executablePath(): string } };
  return chromium.executablePath();
}

function isDebian(): boolean {
  return (
    existsSync('/etc/os-release') && /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'))
  );
}

function installChromium(): void {
  console.log('== browser: installing Chromium from Debian');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-q'],
    ['install', '-y', '-q', '--no-install-recommends', 'chromium'],
  ]) {
    const { status, stderr, stdout } = spawnSync('apt-get', args, { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`Chromium could not be installed:\n${stdout}${stderr}`.trim());
  }
}
