import type { Page } from '@playwright/test';
import { changeAnswer } from './answers.ts';
import { expectNoFaults } from './axe.ts';
import { expect, test, uploadSamplesAs } from './fixtures.ts';
import { look } from './look.ts';

test.beforeAll(({ playwright, session }) => uploadSamplesAs(playwright, session));

const box = (page: Page) => page.getByRole('combobox', { name: 'Search objects' });
const found = (page: Page) => page.getByRole('region', { name: 'Objects found' }).getByRole('listitem');
const count = (page: Page) => page.getByRole('heading', { level: 1 });
/** Other tests upload faces too, so that how many are found is theirs to decide. */
async function expectOneFace(page: Page) {
  await expect(found(page).filter({ hasText: 'astronaut.jpg' }).first()).toBeVisible();
  await expect(found(page).filter({ hasText: 'clip.mp4' })).toHaveCount(0);
}

test('by typing: a key leads there, suggestions are taken, and the address says it all', async ({ page }) => {
  await page.goto('/objects');
  await expect(found(page).first()).toBeVisible();
  await expectNoFaults(page);
  await look(page, 'full');
  await page.keyboard.press('/');
  await expect(box(page)).toBeFocused();
  await page.keyboard.type('face_detect.num');
  await expect(page.getByRole('option', { name: /number_faces/ })).toBeVisible();
  await look(page, 'suggestions');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(box(page)).toHaveValue('face_detect.number_faces = ');
  await page.keyboard.type('1');
  await page.keyboard.press('Enter');
  await expectOneFace(page);
  await expect(count(page)).toHaveText(/^\d+ objects?$/);
  await expect(page).toHaveURL(/objects\?q=face_detect\.number_faces/);
  await page.reload();
  await expectOneFace(page);
  await page.getByRole('button', { name: 'Remove face_detect.number_faces = 1' }).click();
  await expect(page).not.toHaveURL(/face_detect/);
  await expect(found(page).first()).toBeVisible();
  await page.goBack();
  await expectOneFace(page);
});

test('how many are found is said when it is counted, or why not, with the facets long there', async ({ page }) => {
  await changeAnswer(page, 'objects.facets', ({ result }) => {
    Object.assign(result.data, { count: 1000, more: true });
    return { result };
  });
  let answerCount: (status: number, json: object) => Promise<void> = () => Promise.reject(new Error('Nobody asked'));
  const asked = () =>
    new Promise<void>((resolve) => {
      void page.route(
        '**/trpc/objects.count*',
        (route) => {
          answerCount = (status, json) => route.fulfill({ status, json });
          resolve();
        },
        { times: 1 },
      );
    });
  const counting = asked();
  await page.goto('/objects');
  await expect(count(page)).toHaveText('More than 1,000 objects');
  await expect(page.getByText('Counted among 1,000 of what was found.')).toBeVisible();
  await counting;
  const before = await count(page).boundingBox();
  await answerCount(200, { result: { data: { count: 4321, more: false } } });
  await expect(count(page)).toHaveText('4,321 objects');
  expect(await count(page).boundingBox()).toEqual(before);

  const again = asked();
  await page
    .getByRole('region', { name: 'Type' })
    .getByRole('button', { name: /^image/ })
    .click();
  await again;
  // Of the search before nothing is said of this one.
  await expect(count(page)).toHaveText('More than 1,000 objects');
  const message = 'This search took longer than 5 seconds and was stopped.';
  const error = { message, code: -32603, data: { httpStatus: 503, appCode: 'search_too_slow' } };
  await answerCount(503, { error });
  await expect(count(page)).toHaveAttribute('title', message);
  await expect(count(page)).toHaveText('More than 1,000 objects');
  await expectNoFaults(page);
});

test('by clicking: values of facets are alternatives, and an object opens by key', async ({ page }) => {
  await page.goto('/objects');
  const types = page.getByRole('region', { name: 'Type' });
  await types.getByRole('button', { name: /^image/ }).click();
  await expect(box(page)).toHaveValue('type = image');
  await types.getByRole('button', { name: /^image/ }).click();
  await expect(box(page)).toHaveValue('');
  await types.getByRole('button', { name: /^audio/ }).click();
  await expect(found(page).filter({ hasText: 'speech.wav' })).toBeVisible();
  await expect(found(page).filter({ hasText: 'astronaut.jpg' })).toHaveCount(0);
  await page.keyboard.press('v');
  await expect(page).toHaveURL(/as=table/);
  await look(page, 'table');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/objects\/[0-9a-f]{64}/);
});

test('what can’t be read is shown where it is wrong, with what would be right', async ({ page }) => {
  await page.goto('/objects');
  await box(page).fill('type = image AND size > banana');
  await page.keyboard.press('Enter');
  const fault = page.getByRole('alert').filter({ hasText: 'is no size' });
  await expect(fault.locator('mark')).toHaveText('banana');
  await expect(fault).toContainText('Expected: a size, such as 500kB');
  await expect(box(page)).toHaveAttribute('aria-invalid', 'true');
  expect(await box(page).evaluate((field: HTMLInputElement) => [field.selectionStart, field.selectionEnd])).toEqual([
    24, 30,
  ]);
  await look(page, 'fault');
  await page.goto(`/objects?q=${encodeURIComponent('size > banana')}`);
  await expect(page.getByText('This search can’t be read.')).toBeVisible();
  await page.goto('/objects?q=surely-nothing-has-this-name');
  await expect(page.getByText('Nothing was found.')).toBeVisible();
  await look(page, 'nothing');
});

test('a search is saved under a name, run again and removed', async ({ page }) => {
  await page.goto(`/objects?q=${encodeURIComponent('type = text')}&sort=name`);
  await page.getByRole('button', { name: 'Saved' }).click();
  await page.getByLabel('Name of this search').fill('Texts by name');
  await page.getByRole('button', { name: 'Save search' }).click();
  await expect(page.getByRole('button', { name: /^Texts by name/ })).toBeVisible();
  await look(page, 'saved');
  await page.goto('/objects');
  await page.getByRole('button', { name: 'Saved' }).click();
  await page.getByRole('button', { name: /^Texts by name/ }).click();
  await expect(box(page)).toHaveValue('type = text');
  await expect(page).toHaveURL(/sort=name/);
  await page.getByRole('button', { name: 'Saved' }).click();
  await page.getByRole('button', { name: 'Remove the saved search Texts by name' }).click();
  await expect(page.getByText('No search is saved yet.')).toBeVisible();
});

for (const [name, colorScheme, width] of [
  ['dark', 'dark', 1440],
  ['narrow', 'light', 400],
  ['narrow-dark', 'dark', 400],
] as const)
  test(`nothing keeps anybody out, ${name}`, async ({ page }) => {
    await page.setViewportSize({ width, height: 860 });
    await page.emulateMedia({ colorScheme });
    await page.goto(`/objects?q=${encodeURIComponent('type = image, video, audio, text')}`);
    await expect(found(page).first()).toBeVisible();
    await expectNoFaults(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await look(page, name);
  });
