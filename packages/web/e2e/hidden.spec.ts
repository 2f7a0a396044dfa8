import { createHash, randomUUID } from 'node:crypto';
import { showCode } from '@assay/shared/testing';
import type { Page } from '@playwright/test';
import { chooseAllModels, expect, fileInput, test } from './fixtures.ts';
import { addPerson, beginSecondFactor, givePassword, invite, makeAccount } from './people.ts';

const caseName = 'The Vantage depot';
const fileName = 'ledger-of-the-depot.txt';
const text = `Anna Keller was in Antwerp. ${randomUUID()}`;
const sha256 = createHash('sha256').update(text).digest('hex');
const md5 = createHash('md5').update(text).digest('hex');
const absent = createHash('sha256').update(randomUUID()).digest('hex');

/** What the page says once it has an answer, its title too, with the id or hash that its address names taken out. */
async function readPage(page: Page, path: string, named: string): Promise<string> {
  await page.goto(path);
  // What is being loaded has a heading.
  await expect(page.getByRole('main')).toContainText(/[a-z]/);
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
  const said = `${await page.title()}\n${await page.getByRole('main').textContent()}`;
  return said.replaceAll(named, 'X').replaceAll(named.slice(-8), 'X');
}

const box = (page: Page) => page.getByRole('combobox', { name: 'Search objects' });
const found = (page: Page) => page.getByRole('region', { name: 'Objects found' }).getByRole('listitem');

/** Makes the case and uploads into it; where its run and it are. */
async function fillCase(page: Page) {
  await page.goto('/cases');
  await page.getByRole('textbox', { name: 'New case' }).fill(caseName);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: caseName })).toBeVisible();
  const casePath = new URL(page.url()).pathname;
  await page.getByRole('link', { name: 'Upload into it' }).click();
  await expect(page.getByLabel('Into the case')).toHaveValue(casePath.split('/').at(-1) ?? '');
  await chooseAllModels(page);
  await fileInput(page).setInputFiles([{ name: fileName, mimeType: '', buffer: Buffer.from(text) }]);
  await page.getByRole('button', { name: 'Send 1 file' }).click();
  await page.getByRole('link', { name: 'Open the run' }).click();
  await expect(page.getByRole('region', { name: 'Predictions by state' })).toHaveText('1 succeeded', {
    timeout: 45_000,
  });
  return { casePath, runPath: new URL(page.url()).pathname };
}

test('from an invitation to a case whose file is not there for somebody else', async ({ page, browser }) => {
  test.slow();
  const theirs = await invite(page, browser, { name: 'Mary of the lab', role: 'investigator' });
  await makeAccount(theirs, 'mary');
  await expect(theirs).toHaveURL('/');
  const { form, uri } = await beginSecondFactor(theirs);
  await form.getByLabel('3. The code that the app shows now').fill(showCode(uri));
  await theirs.keyboard.press('Enter');
  await expect(theirs.getByRole('button', { name: 'Remove it' })).toBeVisible();
  await theirs.context().clearCookies();
  await givePassword(theirs, 'mary');
  await theirs.getByLabel('Code', { exact: true }).fill(showCode(uri));
  await theirs.keyboard.press('Enter');
  await expect(theirs).toHaveURL('/');
  const { casePath, runPath } = await fillCase(theirs);

  const other = await addPerson(page, browser, 'noor');
  await test.step('the lists have nothing of it', async () => {
    for (const [path, says] of [
      ['/cases', 'Private'],
      ['/runs', 'it is listed here'],
      ['/objects', 'Nothing is here yet.'],
    ] as const) {
      await other.goto(path);
      await expect(other.getByRole('main')).toContainText(says);
      for (const secret of [caseName, fileName, 'mary', sha256.slice(0, 8)])
        await expect(other.getByRole('main')).not.toContainText(secret);
    }
    await expect(other.getByRole('heading', { level: 1 })).toHaveText('0 objects');
  });

  await test.step('its case, run and object are answered like what never was', async () => {
    for (const [hidden, never] of [
      [casePath, `/cases/${randomUUID()}`],
      [runPath, `/runs/${randomUUID()}`],
      [`/objects/${sha256}`, `/objects/${absent}`],
    ] as const) {
      const nameOf = (path: string) => path.split(/[/?]/)[2] ?? '';
      const said = await readPage(other, hidden, nameOf(hidden));
      expect(said).toMatch(/There is no such|No file with this hash/);
      expect(said).toBe(await readPage(other, never, nameOf(never)));
    }
    for (const path of ['content', 'thumbnail'])
      for (const headers of [{ accept: '*/*' }, { accept: 'application/json' }]) {
        const ask = (hash: string) => other.request.get(`/objects/${hash}/${path}`, { headers });
        const [hidden, never] = [await ask(sha256), await ask(absent)];
        expect(hidden.status()).toBe(404);
        expect((await hidden.text()).replaceAll(sha256, 'X')).toBe((await never.text()).replaceAll(absent, 'X'));
      }
  });

  await test.step('no search finds it', async () => {
    for (const query of [fileName, 'Keller', 'uploader = mary', 'ner_text.people >= 1']) {
      await box(other).fill(query);
      await other.keyboard.press('Enter');
      await expect(other).toHaveURL(({ searchParams }) => searchParams.get('q') === query);
      await expect(other.getByText('Nothing was found.')).toBeVisible();
      await expect(other.getByRole('heading', { level: 1 })).toHaveText('0 objects');
    }
    for (const hash of [sha256, md5]) {
      await box(other).fill(hash);
      await other.keyboard.press('Enter');
      await expect(other.getByRole('main')).toContainText('No file with this hash is here.');
      await expect(other.getByRole('main')).toContainText(hash);
    }
    // Suggestions are of what somebody may see; `mi` is at least the field mime.
    await box(other).fill('uploader = ');
    await expect(other.getByRole('option')).toHaveCount(0);
    await box(other).fill('mi');
    await expect(other.getByRole('option', { name: /mime/ })).toBeVisible();
  });

  await test.step('as a member of the case they see it all', async () => {
    await theirs.goto(`${casePath}?view=members`);
    const form = theirs.getByRole('form', { name: 'Add a member' });
    await form.getByLabel('Add', { exact: true }).fill('noor');
    await form.getByLabel('As').selectOption('reader');
    await form.getByRole('button', { name: 'Add' }).click();
    await expect(theirs.getByRole('row', { name: /noor.*Reader/ })).toBeVisible();
    await other.goto('/objects?q=Keller');
    await expect(found(other)).toContainText(fileName);
    await other.goto(runPath);
    await expect(other.getByRole('region', { name: 'Predictions by state' })).toHaveText('1 succeeded');
    await other.goto(`/objects/${sha256}`);
    await expect(other.getByRole('main')).toContainText(caseName);
  });
  await Promise.all([theirs, other].map((each) => each.context().close()));
});
