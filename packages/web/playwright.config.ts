import { defineConfig } from '@playwright/test';

/** Pictures for the README are made on demand; a test run writes nothing into the repository. */
const wantsScreenshots = process.env.ASSAY_SCREENSHOTS !== undefined;

export default defineConfig({
  testDir: 'e2e',
  // One Assay for all of them, on two cores: the models need one.
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: process.env.CI !== undefined,
  globalSetup: './e2e/start-assay.ts',
  grep: wantsScreenshots ? /@screenshots/ : undefined,
  grepInvert: wantsScreenshots ? undefined : /@screenshots/,
  use: {
    launchOptions: {
      executablePath: process.env.ASSAY_TEST_BROWSER ?? '/usr/bin/chromium',
      // Chromium refuses its sandbox to root, which is who runs in containers.
      args: ['--no-sandbox'],
    },
    locale: 'en-GB',
    timezoneId: 'Europe/Amsterdam',
    viewport: { width: 1440, height: 900 },
    contextOptions: { reducedMotion: 'reduce' },
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
  },
});
