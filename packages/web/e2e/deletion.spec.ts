import { createHash, randomUUID } from 'node:crypto';
import { type APIRequestContext, expect, type Page } from '@playwright/test';
import { expectNoFaults } from './axe.ts';
import { readAddress, test, uploadAndWait } from './fixtures.ts';
import { look } from './look.ts';

const name = `Weir ${randomUUID().slice(0, 8)}`;
const fileName = 'ledger of the weir.txt';
const bytes = Buffer.from(`John Dashwood was at the weir in Rotterdam. ${randomUUID()}`);
const sha256 = createHash('sha256').update(bytes).digest('hex');
const reason = 'returned to its owner by order of the court';

let api: APIRequestContext;
let id: string;

const act = async <T>(procedure: string, data: object): Promise<T> => {
  const answer = await api.post(`/trpc/${procedure}`, { data });
  expect(answer.status(), await answer.text()).toBe(200);
  return (await answer.json()).result.data;
};

test.beforeAll(async ({ playwright, session }) => {
  api = await playwright.request.newContext({
    baseURL: readAddress(),
    storageState: { cookies: session, origins: [] },
    extraHTTPHeaders: { origin: readAddress() },
  });
  ({ id } = await act<{ id: string }>('cases.create', { name }));
  await uploadAndWait(api, [{ name: fileName, bytes }], ['ner_text'], id);
});
test.afterAll(() => api.dispose());

const section = (page: Page) => page.getByRole('region', { name: 'Delete' });
const open = async (page: Page) => {
  await page.goto(`/objects/${sha256}`);
  await section(page).getByText(`From the case ${name}`).click();
};

test('a legal hold refuses it; then it is said what goes, it is gone, and all of that is on record', async ({
  page,
}) => {
  await act('cases.hold', { id });
  await open(page);
  await expect(section(page)).toContainText(/on legal hold since .*: nothing of it can be deleted/);
  await expect(section(page).getByRole('button', { name: 'Delete the bytes' })).toHaveCount(0);
  await look(page, 'deletion-held');

  await test.step('a hold that comes while the page is open', async () => {
    await act('cases.release', { id });
    await open(page);
    await expect(section(page).getByRole('button', { name: 'Delete the bytes' })).toBeDisabled();
    await section(page).getByLabel('Why').fill(reason);
    await act('cases.hold', { id });
    await section(page).getByRole('button', { name: 'Delete the bytes' }).click();
    await expect(section(page)).toContainText('The case is on legal hold: nothing of it can be deleted');
    expect((await api.get(`/objects/${sha256}/content`)).status()).toBe(200);
    await act('cases.release', { id });
  });

  await open(page);
  await expect(section(page).getByRole('list', { name: 'What goes' }).getByRole('listitem')).toHaveText([
    new RegExp(`^text.*${sha256.slice(0, 6)}.*${bytes.length} B`),
  ]);
  await expect(section(page)).toContainText(`1 upload: ${fileName} by admin`);
  await expectNoFaults(page);
  await section(page).scrollIntoViewIfNeeded();
  await look(page, 'deletion-asked');
  await section(page).getByLabel('Why').fill(reason);
  await section(page).getByRole('button', { name: 'Delete the bytes' }).click();

  const main = page.getByRole('main');
  await expect(main.getByText('The bytes were deleted', { exact: true })).toBeVisible();
  await expect(main).toContainText(`by admin: ${reason}`);
  await expect(section(page)).toHaveCount(0);
  await expect(page.getByRole('button', { name: /^(Reveal|Download|Open original)/ })).toHaveCount(0);
  // What models said of it stays.
  await expect(page.getByRole('region', { name: 'Results and facts' })).toContainText('ner_text');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expectNoFaults(page);
  }
  await look(page, 'deletion-done');

  for (const path of ['content', 'content?download', 'thumbnail']) {
    const answer = await api.get(`/objects/${sha256}/${path}`);
    expect([path, answer.status()]).toEqual([path, 410]);
    expect(await answer.text()).not.toContain('Dashwood');
  }
  await page.goto(`/audit?on=${sha256}&act=delete`);
  const records = page.getByRole('table', { name: 'Records of the audit trail' });
  await expect(records.getByRole('row', { name: /Delete/ }).first()).toContainText('admin');
  await page.goto('/audit?on=objects.delete&outcome=refused');
  await expect(records.getByRole('row', { name: /Another request/ }).first()).toContainText('admin');
});

test('uploading the same bytes brings it back', async ({ page }) => {
  await uploadAndWait(api, [{ name: fileName, bytes }], ['ner_text'], id);
  await page.goto(`/objects/${sha256}`);
  await expect(page.getByRole('link', { name: /^(Download|Open original)/ })).toBeVisible();
  expect(await (await api.get(`/objects/${sha256}/content`)).text()).toBe(bytes.toString());
});
