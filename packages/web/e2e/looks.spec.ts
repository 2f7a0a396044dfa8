import { gzipSync } from 'node:zlib';
import type { Page, Request } from '@playwright/test';
import { expectNoFaults } from './axe.ts';
import {
  chooseAllModels,
  expect,
  fileInput,
  readAddress,
  samplePath,
  samples,
  test,
  uploadSamplesAs,
} from './fixtures.ts';
import { look } from './look.ts';

/** Every page that somebody who is signed in can see, with what shows that it is drawn. */
let pages: { name: string; path: string; shows: (page: Page) => Promise<void> }[] = [];

test.beforeAll(async ({ playwright, session }) => {
  const { run, hashes } = await uploadSamplesAs(playwright, session);
  const request = await playwright.request.newContext({
    baseURL: readAddress(),
    storageState: { cookies: session, origins: [] },
    extraHTTPHeaders: { origin: readAddress() },
  });
  for (const scopes of [['upload', 'read'], []])
    await request.post('/trpc/keys.make', { data: { name: `ingest ${scopes.length}`, scopes, days: 90 } });
  await request.post('/trpc/people.invite', { data: { role: 'researcher', note: 'Somebody from the university' } });
  await request.dispose();
  const heading = (name: string | RegExp) => (page: Page) =>
    expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
  pages = [
    {
      name: 'home',
      path: '/',
      shows: (page) => expect(page.getByRole('link', { name: /4 files/ }).first()).toBeVisible(),
    },
    {
      name: 'upload',
      path: '/upload',
      shows: (page) => expect(page.getByRole('button', { name: /^use all/ })).toHaveCount(4),
    },
    {
      name: 'runs',
      path: '/runs',
      shows: (page) => expect(page.getByRole('link', { name: /4 files/ }).first()).toBeVisible(),
    },
    { name: 'run', path: `/runs/${run}`, shows: (page) => expect(page.getByText('people 2 · places 3')).toBeVisible() },
    {
      name: 'objects',
      path: '/objects',
      // The newest, which are those of another file of tests.
      shows: (page) => expect(page.getByRole('main').locator('a[href^="/objects/"]').first()).toBeVisible(),
    },
    {
      name: 'cases',
      path: '/cases',
      shows: (page) => expect(page.getByRole('main').getByText('Private').first()).toBeVisible(),
    },
    {
      name: 'models',
      path: '/models',
      shows: (page) => expect(page.getByRole('cell', { name: /^voice_activity/ })).toBeVisible(),
    },
    {
      name: 'people',
      path: '/people',
      shows: (page) => expect(page.getByRole('row', { name: /admin \(you\)/ })).toBeVisible(),
    },
    {
      name: 'audit',
      path: '/audit?act=upload',
      shows: (page) => expect(page.getByRole('row', { name: /Upload/ }).first()).toBeVisible(),
    },
    {
      name: 'API keys',
      path: '/keys',
      shows: (page) => expect(page.getByRole('row', { name: /ingest 2/ }).first()).toBeVisible(),
    },
    {
      name: 'account',
      path: '/account',
      shows: (page) => expect(page.getByRole('row', { name: /this one/ })).toBeVisible(),
    },
    {
      name: 'unknown hash',
      path: `/objects/${'0'.repeat(64)}`,
      shows: (page) => expect(page.getByText('No file with this hash is here.')).toBeVisible(),
    },
    {
      name: 'no such page',
      path: '/nowhere',
      shows: (page) => expect(page.getByText('There is no such page.')).toBeVisible(),
    },
    ...samples.map((name, index) => ({
      ...{ name, path: `/objects/${hashes[index]}?run=${run}` },
      shows: async (page: Page) => {
        await heading(name)(page);
        await expect(page.locator('main .mantine-Skeleton-root')).toHaveCount(0);
      },
    })),
  ];
});

async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const overflow = await page.evaluate(() =>
    [document.documentElement, document.querySelector('main')].map((element) =>
      element ? element.scrollWidth - element.clientWidth : 0,
    ),
  );
  expect(overflow).toEqual([0, 0]);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds no fault on any page, ${colorScheme}`, async ({ page }) => {
    test.setTimeout(process.env.ASSAY_LOOKS ? 300_000 : 120_000);
    await page.emulateMedia({ colorScheme });
    for (const { name, path, shows } of pages) {
      await test.step(name, async () => {
        await page.goto(path);
        await shows(page);
        await expectNoFaults(page);
        if (colorScheme === 'light') await look(page, `page-${name.replaceAll(' ', '-')}`);
      });
    }
    await test.step('upload with files', async () => {
      await page.getByRole('link', { name: /^Upload/ }).click();
      await chooseAllModels(page);
      await fileInput(page).setInputFiles(samples.map(samplePath));
      await fileInput(page).setInputFiles([{ name: 'a.pdf', mimeType: '', buffer: Buffer.from('%PDF-1.4') }]);
      await expect(page.getByRole('button', { name: 'Send 4 files' })).toBeEnabled();
      await expectNoFaults(page);
      if (colorScheme === 'light') await look(page, 'page-upload-files');
    });
    await test.step('keys, blur, account', async () => {
      await page.keyboard.press('?');
      await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
      await expectNoFaults(page);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: /Change the blur/ }).click();
      await expect(page.getByText('How strong the blur is')).toBeVisible();
      await expectNoFaults(page);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: /^Account/ }).click();
      await expect(page.getByRole('menuitem', { name: 'Sign out' })).toBeVisible();
      await expectNoFaults(page);
    });
  });
}

test('no page scrolls sideways at 400 px', async ({ page }) => {
  await page.setViewportSize({ width: 400, height: 850 });
  for (const { name, path, shows } of pages) {
    await test.step(name, async () => {
      await page.goto(path);
      await shows(page);
      await expectNoSidewaysScroll(page);
    });
  }
});

test('the first load is at most 300 kB of compressed JavaScript, of every page', async ({ page }) => {
  for (const { name, path, shows } of pages.filter((each) => each.name !== 'no such page')) {
    const scripts = new Set<string>();
    const note = (request: Request) => {
      if (request.resourceType() === 'script') scripts.add(request.url());
    };
    page.on('request', note);
    await page.goto(path);
    await shows(page);
    page.off('request', note);
    const bodies = [...scripts].map(async (url) => (await page.request.get(url)).body());
    const sizes = (await Promise.all(bodies)).map((body) => gzipSync(body).length);
    const kB = Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1000);
    test.info().annotations.push({ type: 'first load', description: `${name}: ${kB} kB of JavaScript` });
    expect(kB, name).toBeGreaterThan(50);
    expect(kB, name).toBeLessThanOrEqual(300);
  }
  if (process.env.ASSAY_LOOKS)
    console.log(
      test
        .info()
        .annotations.map(({ description }) => description)
        .join('\n'),
    );
});

test('the theme is chosen, kept, and there before the first paint', async ({ page }) => {
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.goto('/models');
  await page.getByRole('button', { name: /^Account/ }).click();
  await page.getByRole('menuitemradio', { name: 'Dark' }).click();
  await expect.poll(ground).toBe('rgb(17, 21, 26)');
  await page.route('**/assets/*.js', (route) => route.abort());
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
});

test('density is chosen and kept', async ({ page }) => {
  await page.goto('/models');
  const row = page.getByRole('row').nth(1);
  const comfortable = (await row.boundingBox())?.height ?? 0;
  await page.getByRole('button', { name: /^Account/ }).click();
  await page.getByRole('menuitemradio', { name: 'Compact' }).click();
  await page.reload();
  await expect(row).toBeVisible();
  expect((await row.boundingBox())?.height).toBeLessThan(comfortable);
});
