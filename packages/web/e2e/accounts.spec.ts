import { showCode } from '@assay/shared/testing';
import { expectNoFaults } from './axe.ts';
import { administrator, expect, readAddress, test } from './fixtures.ts';
import { addPerson, beginSecondFactor, givePassword, invite, makeAccount, openElsewhere, password } from './people.ts';

test('an invitation, an account, a key that uploads, and being disabled', async ({ page, browser, playwright }) => {
  const theirs = await invite(page, browser, { name: 'Grace of the lab', role: 'investigator' });
  await makeAccount(theirs, 'grace');
  await expect(theirs).toHaveURL('/');
  await expect(theirs.getByRole('link', { name: 'People' })).toHaveCount(0);
  await expect(theirs.getByRole('link', { name: 'Audit' })).toHaveCount(0);

  // With the keyboard alone.
  await expect(theirs.getByRole('link', { name: 'Upload', exact: true })).toBeVisible();
  await theirs.keyboard.press('g');
  await theirs.keyboard.press('k');
  await expect(theirs.getByRole('heading', { name: 'API keys' })).toBeVisible();
  await theirs.getByLabel('Name').focus();
  await theirs.keyboard.type('ingest at the lab');
  await theirs.keyboard.press('Tab');
  await theirs.keyboard.press('Tab');
  await theirs.keyboard.press('Space');
  await theirs.keyboard.press('Enter');
  const shown = theirs.getByRole('textbox', { name: 'The key “ingest at the lab”' });
  await expect(shown).toHaveValue(/^assay_/);
  const key = await shown.inputValue();
  await theirs.getByRole('button', { name: 'Done' }).click();
  await expect(theirs.getByRole('row', { name: /ingest at the lab.*upload.*good.*not yet/ })).toBeVisible();

  const tool = await playwright.request.newContext({ baseURL: readAddress(), extraHTTPHeaders: { 'x-api-key': key } });
  const form = new FormData();
  form.append('models', 'ner_text');
  form.append('objects', new Blob(['Grace Hopper was in Arlington.']), 'note.txt');
  expect((await tool.post('/model/predict', { multipart: form })).status()).toBe(202);
  expect((await tool.post('/model/results', { data: [] })).status()).toBe(403);

  await page.goto('/people');
  await expect(page.getByRole('row', { name: /grace.*Investigator.*active.*1 session.*1 key/ })).toBeVisible();
  await page.getByRole('button', { name: 'Disable grace' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
  await expect(page.getByRole('row', { name: /grace.*disabled.*none/ })).toBeVisible();
  expect((await tool.post('/model/predict', { multipart: form })).status()).toBe(401);
  await theirs.getByRole('link', { name: 'Runs' }).click();
  await expect(theirs).toHaveURL(/\/sign-in/);
  await theirs.getByLabel('User name').fill('grace');
  await theirs.getByLabel('Password', { exact: true }).fill(password);
  await theirs.keyboard.press('Enter');
  await expect(theirs.getByRole('alert')).toHaveText(/account is disabled/);
  await tool.dispose();
  await theirs.context().close();
});

test('a researcher is shown models and nothing else', async ({ page, browser }) => {
  const theirs = await invite(page, browser, { name: 'Rosa', role: 'researcher' });
  await makeAccount(theirs, 'rosa');
  await expect(theirs).toHaveURL(/\/models$/);
  await expect(theirs.getByRole('cell', { name: /^face_detect/ })).toBeVisible();
  await expect(theirs.getByRole('navigation', { name: 'Pages' }).getByRole('link')).toHaveText(['Assay', 'Models']);
  await expect(theirs.getByLabel('Search objects')).toHaveCount(0);
  await expect(theirs.getByLabel('Add a model by its address')).toHaveCount(0);
  for (const path of ['/upload', '/runs', '/people', `/objects/${'0'.repeat(64)}`]) {
    await theirs.goto(path);
    await expect(theirs).toHaveURL(/\/models$/);
  }
  // A new role shows without signing in again.
  await page.goto('/people');
  await page.getByRole('button', { name: 'Role of rosa: Researcher' }).click();
  await page.getByRole('menuitemradio', { name: /Investigator/ }).click();
  await expect(page.getByRole('button', { name: 'Role of rosa: Investigator' })).toBeVisible();
  await theirs.goto('/upload');
  await expect(theirs).toHaveURL(/\/upload$/);
  await theirs.context().close();
});

test('the last administrator stays one, and is told why', async ({ page }) => {
  await page.goto('/people');
  await page.getByRole('button', { name: `Disable ${administrator.username}` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
  await expect(page.getByText(/make somebody an administrator first/)).toBeVisible();
});

test('a password is chosen by a link, which works once and ends sessions', async ({ page, browser }) => {
  const first = await addPerson(page, browser, 'hedy');
  await page.goto('/people');
  await page.getByRole('button', { name: 'New password for hedy' }).click();
  const link = await page.getByRole('textbox', { name: 'A new password for hedy' }).inputValue();
  const second = await openElsewhere(browser, link);
  await expect(second.getByText('For hedy.')).toBeVisible();
  await second.getByLabel('New password', { exact: true }).fill('another set of strange words');
  await second.getByLabel('New password again').fill('another set of strange words');
  await second.keyboard.press('Enter');
  await expect(second).toHaveURL('/');
  await first.goto('/runs');
  await expect(first).toHaveURL(/\/sign-in/);
  await first.goto(link);
  await expect(first.getByText('This link can’t be used.')).toBeVisible();
  await Promise.all([first, second].map((each) => each.context().close()));
});

test('a password is changed by who knows it', async ({ page, browser }) => {
  const theirs = await addPerson(page, browser, 'joan');
  await theirs.goto('/account');
  await expect(theirs.getByRole('row', { name: /this one/ })).toBeVisible();
  const form = theirs.getByRole('form', { name: 'Change the password' });
  await form.getByLabel('Present password').fill('wrong');
  await form.getByLabel('New password', { exact: true }).fill('yet more words, stranger ones');
  await form.getByLabel('New password again').fill('yet more words, stranger ones');
  await theirs.keyboard.press('Enter');
  await expect(form.getByRole('alert')).toHaveText('The present password is not right');
  await form.getByLabel('Present password').fill(password);
  await theirs.keyboard.press('Enter');
  await expect(form.getByRole('status')).toHaveText(/^Changed/);
  await theirs.context().close();
});

test('a second factor is set up, asked for, and stood in for by a backup code', async ({ page, browser }) => {
  const theirs = await addPerson(page, browser, 'lise');
  const { form, uri } = await beginSecondFactor(theirs);
  await expectNoFaults(theirs);
  const backupCode = await form.getByRole('listitem').first().textContent();
  await form.getByLabel('3. The code that the app shows now').fill('000000');
  await theirs.keyboard.press('Enter');
  await expect(form.getByRole('alert')).toHaveText(/^This code is not right/);
  await form.getByLabel('3. The code that the app shows now').fill(showCode(uri));
  await theirs.keyboard.press('Enter');
  await expect(theirs.getByRole('button', { name: 'Remove it' })).toBeVisible();

  for (const [kind, code] of [
    ['Code', () => showCode(uri)],
    ['Backup code', () => backupCode ?? ''],
  ] as const) {
    await theirs.context().clearCookies();
    await givePassword(theirs, 'lise');
    await expectNoFaults(theirs);
    if (kind === 'Backup code') await theirs.getByRole('button', { name: 'Use a backup code instead' }).click();
    await theirs.getByLabel(kind, { exact: true }).fill(code());
    await theirs.keyboard.press('Enter');
    await expect(theirs).toHaveURL('/');
  }
  await theirs.context().close();
});
