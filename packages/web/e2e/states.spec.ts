import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { failAt, holdAt } from './answers.ts';
import { expectNoFaults } from './axe.ts';
import { expect, readAddress, test, uploadSamplesAs } from './fixtures.ts';
import { look } from './look.ts';
import { addPerson } from './people.ts';

/* A page of which something could not be loaded, which has nothing, and which is being loaded. */
let run: string;
let object: string;
let ownCase: string;

test.beforeAll(async ({ playwright, session }) => {
  const uploaded = await uploadSamplesAs(playwright, session);
  run = uploaded.run;
  object = uploaded.hashes[0] ?? '';
  const request = await playwright.request.newContext({
    baseURL: readAddress(),
    storageState: { cookies: session, origins: [] },
  });
  const answer = await request.get('/trpc/cases.list');
  ownCase = (await answer.json()).result.data[0].id;
  await request.dispose();
});

const reason = 'The database can’t be reached.';

/** Of each page what it asks for, and what it says when that fails. */
const listPages = () =>
  [
    ['home', '/', 'models.seen', 'What needs you could not be loaded.'],
    ['objects', '/objects', 'objects.search', 'The objects could not be loaded.'],
    ['facets', '/objects', 'objects.facets', 'The facets could not be loaded.'],
    ['object', `/objects/${object}`, 'predictions.byHash', 'The file could not be loaded.'],
    ['runs', '/runs', 'runs.list', 'The runs could not be loaded.'],
    ['run', `/runs/${run}`, 'runs.get', 'The run could not be loaded.'],
    ['cases', '/cases', 'cases.list', 'The cases could not be loaded.'],
    ['case', `/cases/${ownCase}`, 'cases.get', 'The case could not be loaded.'],
    ['models', '/models', 'models.seen', 'The models could not be loaded.'],
    ['upload', '/upload', 'models.list', 'The models could not be loaded.'],
    ['people', '/people', 'people.list', 'The accounts could not be loaded.'],
    ['audit', '/audit', 'audit.list', 'The trail could not be loaded.'],
    ['keys', '/keys', 'keys.list', 'Your keys could not be loaded.'],
    ['account', '/account', 'account.sessions', 'Your sessions could not be loaded.'],
  ] as const;

const skeletons = (page: Page) => page.locator('main .mantine-Skeleton-root, main [aria-busy=true]');

test('what could not be loaded is told in its place, with the reason, and is there after “Try again”', async ({
  page,
}) => {
  test.setTimeout(process.env.ASSAY_LOOKS ? 300_000 : 120_000);
  await page.clock.install();
  for (const [name, path, procedure, told] of listPages())
    await test.step(name, async () => {
      await failAt(page, procedure, reason);
      await page.goto(path);
      const failure = page.getByRole('alert').filter({ hasText: told });
      await expect(failure).toContainText(reason);
      await expectNoFaults(page);
      await look(page, `broken-${name}`);
      await page.unrouteAll({ behavior: 'wait' });
      // It stays until somebody tries again, longer than any page waits to ask again for what it shows.
      await page.clock.runFor(60_000);
      await failure.getByRole('button', { name: 'Try again' }).click();
      await expect(page.getByText(told)).toHaveCount(0);
    });
});

test('what could not be loaded where nothing offers to try again is asked for again by itself', async ({ page }) => {
  await page.clock.install();
  await failAt(page, 'runs.list', reason);
  await page.goto('/account');
  await expect(page.getByRole('link', { name: 'Runs' })).toBeVisible();
  await page.clock.runFor(60_000);
  await page.unrouteAll({ behavior: 'wait' });
  const answered = page.waitForResponse(/runs\.list/);
  await page.clock.runFor(90_000);
  expect((await answered).ok()).toBe(true);
});

test('a page that has nothing yet says so, and what to do', async ({ page, browser }) => {
  const theirs = await addPerson(page, browser, `new-${randomUUID().slice(0, 8)}`);
  for (const [name, path, told] of [
    ['objects', '/objects', 'Nothing is here yet.'],
    ['runs', '/runs', 'No runs yet.'],
    ['cases', '/cases', 'Private'],
  ] as const) {
    await theirs.goto(path);
    await expect(theirs.getByRole('main').getByText(told).first()).toBeVisible();
    await expectNoFaults(theirs);
    await look(theirs, `empty-${name}`);
  }
  await theirs.context().close();
});

test('a page that is being loaded shows where things will be', async ({ page }) => {
  test.setTimeout(process.env.ASSAY_LOOKS ? 300_000 : 120_000);
  for (const [name, path, procedure] of listPages())
    await test.step(name, async () => {
      const release = await holdAt(page, procedure);
      await page.goto(path);
      await expect(skeletons(page).first()).toBeVisible();
      await expectNoFaults(page);
      await look(page, `loading-${name}`);
      release();
      await expect(skeletons(page)).toHaveCount(0);
      await page.unrouteAll({ behavior: 'wait' });
    });
});
