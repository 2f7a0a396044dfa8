import type { Page } from '@playwright/test';
import { holdAt, refuseAt } from './answers.ts';
import { expectNoFaults } from './axe.ts';
import { expect, readAddress, samples, test, uploadSamplesAs } from './fixtures.ts';
import { look } from './look.ts';
import { addPerson } from './people.ts';

const control = (of: Page) => of.getByRole('button', { name: /Change the blur/ });

/** Others are signed in as the same person. */
const forgetChoice = (page: Page) =>
  page.request.post('/trpc/settings.chooseBlur', { data: null, headers: { origin: readAddress() } });

test('an administrator chooses how everybody’s blur begins; who has chosen keeps their own', async ({
  page,
  browser,
}) => {
  const theirs = await addPerson(page, browser, 'vera');
  await page.goto('/runs');
  await control(page).click();
  await expect(page.getByText('The default here is medium, without colour.')).toBeVisible();
  await page.getByText('Strong', { exact: true }).click();
  await expectNoFaults(page);
  await look(page, 'blur-own');
  await page.getByRole('button', { name: 'Make this the default for everybody' }).click();
  await expect(page.getByText('The default here is strong, without colour.')).toBeVisible();
  await look(page, 'blur-default');
  try {
    await theirs.goto('/runs');
    await control(theirs).click();
    await expect(theirs.getByRole('radio', { name: 'Strong' })).toBeChecked();
    await theirs.getByText('Light', { exact: true }).click();
    await expect(theirs.getByRole('button', { name: /for everybody/ })).toHaveCount(0);
    await theirs.reload();
    await control(theirs).click();
    await expect(theirs.getByRole('radio', { name: 'Light' })).toBeChecked();
    await theirs.getByRole('button', { name: 'Go back to the default' }).click();
    await expect(theirs.getByRole('radio', { name: 'Strong' })).toBeChecked();
  } finally {
    await page.getByText('Medium', { exact: true }).click();
    await page.getByRole('button', { name: 'Make this the default for everybody' }).click();
    await expect(page.getByText('The default here is medium, without colour.')).toBeVisible();
    await forgetChoice(page);
  }
  await theirs.context().close();
});

test('what somebody chooses is theirs in every browser, and a choice that could not be kept says so', async ({
  page,
  playwright,
  session,
  browser,
}) => {
  const { hashes } = await uploadSamplesAs(playwright, session);
  const path = `/objects/${hashes[samples.indexOf('astronaut.jpg')]}`;
  const elsewhere = await browser.newContext({
    baseURL: readAddress(),
    storageState: { cookies: session, origins: [] },
  });
  try {
    await page.goto(path);
    await control(page).click();
    const kept = page.waitForResponse((answer) => answer.url().includes('settings.chooseBlur'));
    await page.getByText('Strong', { exact: true }).click();
    await kept;
    const keptToo = page.waitForResponse((answer) => answer.url().includes('settings.chooseBlur'));
    await page.getByLabel('Without colour').click();
    await keptToo;
    const other = await elsewhere.newPage();
    await other.goto(path);
    const picture = other.getByRole('img', { name: 'astronaut.jpg' });
    const filter = () => picture.evaluate((image) => getComputedStyle(image.parentElement ?? image).filter);
    await expect.poll(filter).toBe('blur(34px) grayscale(0)');

    await refuseAt(page, 'settings.chooseBlur', 'The database can’t be reached.');
    await page.getByText('Light', { exact: true }).click();
    await expect(page.getByText('This could not be kept: The database can’t be reached.')).toBeVisible();
    await expect(page.getByRole('radio', { name: 'Strong' })).toBeChecked();
    await look(page, 'blur-not-kept');
    await page.unrouteAll({ behavior: 'wait' });
  } finally {
    await elsewhere.close();
    await forgetChoice(page);
  }
});

test('of choices made in a row the last stays shown: what the first was answered is not asked for', async ({
  page,
}) => {
  await page.goto('/runs');
  await control(page).click();
  const withoutColour = page.getByRole('switch', { name: 'Without colour' });
  await expect(withoutColour).toBeChecked();
  const asked: string[] = [];
  page.on('request', (request) => {
    const [, procedure] = /settings\.(\w+)/.exec(request.url()) ?? [];
    if (procedure) asked.push(procedure);
  });
  const goOn = await holdAt(page, 'settings.chooseBlur');
  try {
    await page.getByText('Strong', { exact: true }).click();
    await withoutColour.click();
    await expect(withoutColour).not.toBeChecked();
    goOn();
    await expect.poll(() => asked).toEqual(['chooseBlur', 'chooseBlur', 'blur']);
    await expect(withoutColour).not.toBeChecked();
    await expect(page.getByRole('radio', { name: 'Strong' })).toBeChecked();
  } finally {
    await forgetChoice(page);
  }
});

test('veils hide as much as was chosen; while nothing is known of that, the most', async ({
  page,
  playwright,
  session,
}) => {
  await uploadSamplesAs(playwright, session);
  await page.goto('/objects?q=astronaut.jpg');
  const filter = () =>
    page
      .locator('main [data-veiled=true] > div')
      .first()
      .evaluate((media) => getComputedStyle(media).filter);
  await expect.poll(filter).toBe('blur(5px) grayscale(1)');
  await page.getByRole('button', { name: /Change the blur/ }).click();
  await page.getByText('Light', { exact: true }).click();
  await expect.poll(filter).toBe('blur(2.5px) grayscale(1)');
  await page.evaluate(() => document.documentElement.removeAttribute('style'));
  expect(await filter()).toBe('blur(8.5px) grayscale(1)');
  await forgetChoice(page);
});
