import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, type Page } from '@playwright/test';
import { expectNoFaults } from './axe.ts';
import { readAddress, test, uploadAndWait } from './fixtures.ts';
import { look } from './look.ts';
import { addPerson } from './people.ts';

/** In a case of its own: nobody else's objects are in it. */
const name = `Sluice ${randomUUID().slice(0, 8)}`;
const files = ['one', 'two', 'three', 'four'].map((word) => ({
  name: `${word}.txt`,
  bytes: Buffer.from(`John Dashwood saw the ${word} of ${name} in Rotterdam.`),
}));

test.beforeAll(async ({ playwright, session }) => {
  const request = await playwright.request.newContext({
    baseURL: readAddress(),
    storageState: { cookies: session, origins: [] },
    extraHTTPHeaders: { origin: readAddress() },
  });
  const made = await request.post('/trpc/cases.create', { data: { name } });
  const { id } = (await made.json()).result.data as { id: string };
  await uploadAndWait(request, files, ['ner_text'], id);
  await request.dispose();
});

const search = (text = '') => `/objects?q=${encodeURIComponent(`case = "${name}"${text}`)}&sort=name`;
const said = (page: Page) => page.getByRole('region', { name: 'What people say' });
const review = (page: Page) => page.getByRole('region', { name: 'Review' });
const title = (page: Page) => page.getByRole('heading', { level: 1 });
async function exportCsv(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Export' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: /^Objects, as CSV/ }).click();
  return readFile(await (await download).path(), 'utf8');
}

test('a search is reviewed by keys alone, and each verdict can be undone', async ({ page }) => {
  test.slow();
  await page.goto(search());
  await expect(title(page)).toHaveText('4 objects');
  await expect(page.getByRole('button', { name: 'Review these' })).toBeVisible();
  await page.keyboard.press('r');
  await expect(title(page)).toHaveText('four.txt');
  await expect(review(page)).toContainText('0 of 4 reviewed');
  await expectNoFaults(page);
  await page.keyboard.press('1');
  await expect(title(page)).toHaveText('one.txt');
  await expect(review(page)).toContainText('1 of 4 reviewed');
  await page.keyboard.press('3');
  await expect(title(page)).toHaveText('three.txt');
  await expect(review(page)).toContainText('2 of 4 reviewed');
  await page.keyboard.press('z');
  await expect(title(page)).toHaveText('one.txt');
  await expect(review(page)).toContainText('1 of 4 reviewed');
  await expect(said(page)).toContainText('No verdict yet');
  await page.reload();
  await expect(review(page)).toContainText('1 of 4 reviewed');
  await page.getByRole('checkbox', { name: 'Go on after a verdict' }).uncheck();
  await page.getByRole('checkbox', { name: 'Go on after a verdict' }).blur();
  await page.keyboard.press('2');
  await expect(said(page).getByRole('button', { name: /^Not relevant/ })).toHaveAttribute('aria-pressed', 'true');
  await expect(said(page)).toContainText('said by you');
  await page.keyboard.press('j');
  await expect(title(page)).toHaveText('three.txt');
  await page.keyboard.press('k');
  await expect(title(page)).toHaveText('one.txt');
  await look(page, 'review');
  await page.keyboard.press('u');
  await expect(page).toHaveURL(/\/objects\?q=/);
  await page
    .getByRole('region', { name: 'Verdict' })
    .getByRole('button', { name: /^unreviewed/ })
    .click();
  await expect(title(page)).toHaveText('2 objects');
  await look(page, 'unreviewed');
  await page.goto(search());
  await expect(title(page)).toHaveText('4 objects');
  const rows = (await exportCsv(page)).trim().split('\n');
  expect(rows).toHaveLength(5);
  const rowOf = (file: string) => rows.find((row) => row.includes(file));
  expect(rowOf('four.txt')).toMatch(/relevant \(admin, /);
  expect(rowOf('one.txt')).toMatch(/not relevant \(admin, /);
  expect(rowOf('two.txt')).not.toContain('(admin, ');
});

test('with independent review a second person sees the first’s verdict only behind their own', async ({
  page,
  browser,
}) => {
  const apart = `Lock ${randomUUID().slice(0, 8)}`;
  const username = `second-${randomUUID().slice(0, 8)}`;
  const theirs = await addPerson(page, browser, username);
  const post = async (path: string, data: object) => {
    const answer = await page.request.post(`/trpc/${path}`, { data, headers: { origin: readAddress() } });
    return (await answer.json()).result.data as { id: string };
  };
  const { id } = await post('cases.create', { name: apart });
  await post('cases.addMember', { id, username, role: 'contributor' });
  const bytes = Buffer.from(`John Dashwood saw ${apart}.`);
  const { hashes } = await uploadAndWait(page.request, [{ name: 'lock.txt', bytes }], ['ner_text'], id);
  await page.goto(`/cases/${id}?view=settings`);
  await page.getByRole('button', { name: 'Turn on' }).click();
  await expect(page.getByText('On: verdicts stay hidden')).toBeVisible();
  const path = `/objects/${hashes[0]}?case=${id}`;
  await page.goto(path);
  await said(page)
    .getByRole('button', { name: /^Relevant/ })
    .click();
  await expect(said(page)).toContainText('Reviewed independently');

  await theirs.goto(path);
  await expect(said(theirs)).toContainText('It is shown when you have given yours.');
  await expect(said(theirs)).not.toContainText('admin');
  await look(theirs, 'apart');
  await theirs.keyboard.press('2');
  await expect(said(theirs)).toContainText('by admin');
  await expect(said(theirs)).toContainText('People differ on this object.');
  await expectNoFaults(theirs);
  await look(theirs, 'disputed');
  await page.goto('/');
  await page
    .getByRole('listitem')
    .filter({ hasText: `on which people differ in ${apart}` })
    .getByRole('link', { name: '1 object' })
    .click();
  await expect(page.getByRole('link', { name: 'lock.txt' })).toBeVisible();
  const disputed = page.getByRole('region', { name: 'Verdict' }).getByRole('button', { name: /^disputed\s*1$/ });
  await expect(disputed).toHaveAttribute('aria-pressed', 'true');
  await disputed.click();
  await expect(page).not.toHaveURL(/disputed/);
  await disputed.click();
  await expect(page).toHaveURL(/verdict\+?(%20)?.*disputed/);
  await theirs.context().close();
});

test('tags, notes, and whether a model is right', async ({ page }) => {
  await page.goto(search(' AND name = two.txt'));
  await page.getByRole('link', { name: 'two.txt' }).click();
  await expect(said(page)).toBeVisible();
  await page.keyboard.press('t');
  await page.keyboard.type('boat');
  await page.keyboard.press('Enter');
  await expect(said(page).getByRole('list', { name: 'Tags' })).toContainText('boat');
  await page.keyboard.press('w');
  await page.keyboard.type('Seen at the quay.');
  await page.keyboard.press('Control+Enter');
  await expect(said(page).getByRole('list', { name: 'Notes' })).toContainText('Seen at the quay.');
  const ner = page.getByRole('region', { name: 'ner_text, succeeded' });
  await ner.getByRole('button', { name: 'Wrong: ner_text' }).click();
  await expect(ner.getByRole('button', { name: 'Wrong: ner_text' })).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('1');
  await expect(said(page).getByRole('button', { name: /^Relevant/ })).toHaveAttribute('aria-pressed', 'true');
  await said(page).getByText('3 acts').click();
  await expect(said(page)).toContainText('ner_text: wrong');
  await expectNoFaults(page);
  await look(page, 'judged');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toContainText('Verdict: relevant');
  await page.keyboard.press('Escape');
  await page.getByRole('region', { name: 'Results and facts' }).getByRole('link', { name }).click();
  await page.getByRole('navigation', { name: 'Views of this case' }).getByRole('link', { name: 'Models' }).click();
  await expect(page.getByRole('row', { name: /^ner_text 1\.0\.0 all 0 1 0 0 %/ })).toContainText('0 % to 79 %');
  await expectNoFaults(page);
  await look(page, 'case-models');
  await page.goto(search(' AND verdict = ner_text:wrong AND tag = boat'));
  await expect(title(page)).toHaveText('1 object');
  await page.getByRole('link', { name: 'two.txt' }).click();
  await said(page).getByRole('button', { name: 'Take off the tag boat' }).click();
  await expect(said(page).getByRole('list', { name: 'Tags' })).not.toContainText('boat');
});

test('a manager gives the case a verdict of its own', async ({ page }) => {
  await page.goto('/cases');
  await page.getByRole('link', { name }).click();
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('textbox', { name: 'Verdict' }).fill('needs an expert');
  await page.getByRole('form', { name: 'New verdict' }).getByRole('button', { name: 'Add' }).click();
  await expect(page.getByRole('list', { name: 'Verdicts of this case' })).toContainText('needs an expert');
  await expectNoFaults(page);
  await look(page, 'case-words');
  await page.goto(search(' AND name = three.txt'));
  await page.getByRole('link', { name: 'three.txt' }).click();
  await said(page)
    .getByRole('button', { name: /^Needs an expert/ })
    .click();
  await expect(said(page).getByRole('button', { name: /^Needs an expert/ })).toHaveAttribute('aria-pressed', 'true');
  await page.goto(search(' AND verdict = "needs an expert"'));
  await expect(title(page)).toHaveText('1 object');
});

test('many objects are chosen by key, tagged, and that is undone; what was found is taken away as CSV', async ({
  page,
}) => {
  await page.goto(search());
  const found = page.getByRole('region', { name: 'Objects found' }).getByRole('listitem');
  await expect(found).toHaveCount(4);
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('X');
  const bar = page.getByRole('region', { name: 'Chosen objects' });
  await expect(bar).toContainText('3 chosen');
  await page.keyboard.press('t');
  const dialog = page.getByRole('dialog', { name: 'Say something of many objects' });
  await expect(dialog).toContainText('3 objects in this case');
  await expect(dialog.locator('input[data-autofocus]')).toBeFocused();
  await page.keyboard.type('crane');
  await expectNoFaults(page);
  await look(page, 'many');
  await dialog.getByRole('button', { name: 'Tag them' }).click();
  const acts = page.getByRole('region', { name: 'What is said of many objects' });
  await expect(acts).toContainText('done, 3 objects changed');
  await expect(page.getByRole('region', { name: 'Tag' }).getByRole('button', { name: /^crane/ })).toContainText('3');
  await expectNoFaults(page);
  await look(page, 'tagged');
  await acts.getByRole('button', { name: 'Undo' }).click();
  await expect(acts).toContainText('Undoing');
  await expect(acts).toContainText('done, 3 objects changed');
  await expect(page.getByRole('region', { name: 'Tag', exact: true })).toHaveCount(0);

  const file = await exportCsv(page);
  expect(file.split('\n')[0]).toContain('sha256,md5,sha1');
  expect(file).toContain('two.txt');
});
