import { readFile } from 'node:fs/promises';
import { expectNoFaults } from './axe.ts';
import { expect, test, uploadAndWait, uploadSamplesAs } from './fixtures.ts';
import { look } from './look.ts';

let hashes: string[];
test.beforeAll(async ({ playwright, session }) => {
  ({ hashes } = await uploadSamplesAs(playwright, session));
});

test('the trail is filtered in the address, gone through by keys, and a record opens to its hash', async ({ page }) => {
  await page.goto('/audit');
  const records = page.getByRole('table', { name: 'Records of the audit trail' });
  await page.getByLabel('Act', { exact: true }).selectOption({ label: 'Upload' });
  await expect(page).toHaveURL(/act=upload/);
  await page.getByLabel('On what').fill(hashes[0] ?? '');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`on=${hashes[0]}`));
  await expect(records.getByRole('row', { name: /Upload/ }).first()).toContainText('astronaut.jpg');
  await expect(records.getByText('clip.mp4')).toHaveCount(0);

  await page.getByRole('heading', { name: 'Audit' }).click();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  const record = page.getByRole('region', { name: /^Record \d+/ });
  await expect(record.getByText('fits', { exact: true })).toBeVisible();
  await expect(record.getByText('astronaut.jpg')).toBeVisible();
  await page.reload();
  await expect(record.getByRole('button', { name: 'Copy the hash before' })).toBeVisible();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expectNoFaults(page);
  }

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'CSV' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^assay-audit-.*\.csv$/);
  const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n');
  expect(lines[0]).toContain('place,id,at,username');
  expect(lines.slice(1).every((line) => line.includes(hashes[0] ?? ''))).toBe(true);

  await page.getByRole('button', { name: 'Clear' }).click();
  await expect(page).toHaveURL(/\/audit$/);
  await page.getByLabel('Act', { exact: true }).selectOption({ label: 'Export the audit trail' });
  await expect(records.getByRole('row').nth(1)).toContainText('admin');
});

test('objects that were seen together are one record, which is found by each and leads to each', async ({ page }) => {
  const texts = Array.from({ length: 12 }, (_, i) => ({
    name: `${i}.txt`,
    bytes: Buffer.from(`Seen with others: ${i}, ${Date.now()}`),
  }));
  const { hashes } = await uploadAndWait(page.request, texts, ['ner_text']);
  const seen = '12 objects';
  await page.goto(`/audit?act=view&on=${hashes[1]}`);
  const records = page.getByRole('table', { name: 'Records of the audit trail' });
  const line = records.getByRole('row').filter({ hasText: seen }).first();
  await line.locator('a[aria-expanded]').click();
  const record = page.getByRole('region', { name: /^Record \d+/ });
  await expect(record.getByText('fits', { exact: true })).toBeVisible();
  for (const hash of hashes) await expect(record.getByRole('link', { name: hash })).toBeVisible();
  await expectNoFaults(page);
  await look(page, 'audit-objects');
  await record.getByRole('link', { name: hashes[0] }).click();
  await expect(page).toHaveURL(new RegExp(`/audit\\?on=${hashes[0]}$`));
  await expect(records.getByRole('row').filter({ hasText: seen }).first()).toBeVisible();
});

test('a trail that can’t be read says why, and nothing found says so', async ({ page }) => {
  await page.goto('/audit?case=nonsense');
  await expect(page.getByText('The trail could not be loaded.')).toBeVisible();
  await expect(page.getByText('Invalid UUID')).toBeVisible();
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect(page.getByRole('table', { name: 'Records of the audit trail' })).toBeVisible();
  await page.goto('/audit?person=nobody');
  await expect(page.getByText('No record fits.')).toBeVisible();
});

test('an object’s page tells its history to who may read the trail', async ({ page }) => {
  await page.goto(`/objects/${hashes[3]}`);
  const history = page.getByRole('region', { name: 'History' });
  await history.getByText('Who looked at it').click();
  await expect(history.getByRole('link', { name: 'Upload' }).first()).toBeVisible();
  await history.getByRole('link', { name: /on the audit page$/i }).click();
  await expect(page).toHaveURL(new RegExp(`/audit\\?on=${hashes[3]}`));
});
