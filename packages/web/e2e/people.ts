import type { Browser, Page } from '@playwright/test';
import { expect, readAddress } from './fixtures.ts';

export const password = 'three words that no one guesses';

/** A browser of somebody else's. */
export async function openElsewhere(browser: Browser, path: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: readAddress(), viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(path);
  return page;
}

/** Invites somebody on the People page, and opens the link in a browser of theirs. */
export async function invite(page: Page, browser: Browser, who: { name: string; role: string }): Promise<Page> {
  await page.goto('/people');
  const form = page.getByRole('form', { name: 'Invite somebody' });
  await form.getByLabel('Invite').fill(who.name);
  await form.getByLabel('As').selectOption(who.role);
  await form.getByRole('button', { name: 'Make the link' }).click();
  const link = await page.getByRole('textbox', { name: `The invitation for ${who.name}` }).inputValue();
  await page.getByRole('button', { name: 'Done' }).click();
  const theirs = await openElsewhere(browser, link);
  await expect(theirs.getByRole('heading', { name: 'You are invited to Assay' })).toBeVisible();
  return theirs;
}

export async function makeAccount(page: Page, username: string): Promise<void> {
  await page.getByLabel('User name').fill(username);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel('Password again').fill(password);
  await page.getByRole('button', { name: 'Create and sign in' }).click();
}

/** Somebody with an account, signed in in a browser of theirs. */
export async function addPerson(page: Page, browser: Browser, username: string): Promise<Page> {
  const headers = { origin: readAddress() };
  const invited = await page.request.post('/trpc/people.invite', { data: { role: 'investigator' }, headers });
  const { token } = (await invited.json()).result.data;
  const context = await browser.newContext({ baseURL: readAddress() });
  const made = await context.request.post('/api/auth/accept-invitation', {
    data: { token, username, password },
    headers,
  });
  expect(made.status()).toBe(200);
  return context.newPage();
}

/** On the page Account; `uri` is what the QR code says. */
export async function beginSecondFactor(page: Page) {
  await page.goto('/account');
  await page.getByRole('form', { name: 'Second factor' }).getByLabel('Present password').fill(password);
  await page.getByRole('button', { name: 'Set it up' }).click();
  const form = page.getByRole('form', { name: 'Set up a second factor' });
  await expect(form.getByRole('img', { name: /QR code/ })).toBeVisible();
  return { form, uri: `otpauth://totp/x?secret=${await form.getByText(/^[A-Z2-7]{32,}$/).textContent()}` };
}

/** Signs in as far as the second factor. */
export async function givePassword(page: Page, username: string): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('User name').fill(username);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Second factor' })).toBeVisible();
}
