import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { expectNoFaults } from './axe.ts';
import { expect, readAddress, test, uploadAndWait } from './fixtures.ts';
import { look } from './look.ts';
import { addPerson } from './people.ts';

const title = (page: Page) => page.getByRole('heading', { level: 1 });
const needs = (page: Page) => page.getByRole('main').getByRole('listitem');
const name = `Weir ${randomUUID().slice(0, 8)}`;

test('home says what needs somebody, and each count leads to exactly these', async ({ page, browser }) => {
  const theirs = await addPerson(page, browser, `needy-${randomUUID().slice(0, 8)}`);
  await theirs.goto('/');
  await expect(title(theirs)).toHaveText('What needs you');
  await expect(theirs.getByText('Nothing needs you now.')).toBeVisible();
  await expect(theirs.getByText('No runs yet.')).toBeVisible();
  await expectNoFaults(theirs);
  await look(theirs, 'home-empty');

  const request = theirs.context().request;
  const headers = { origin: readAddress() };
  const made = await request.post('/trpc/cases.create', { data: { name }, headers });
  const { id } = (await made.json()).result.data as { id: string };
  const texts = ['one', 'two', 'three'].map((word) => ({
    name: `${word}.txt`,
    bytes: Buffer.from(`John Dashwood saw the ${word} of ${name}.`),
  }));
  const broken = { name: 'broken.jpg', bytes: Buffer.from(`\xff\xd8\xff\xe0${randomUUID()}`, 'latin1') };
  await uploadAndWait(request, [...texts, broken], ['ner_text', 'image_shape'], id);
  await theirs.reload();
  await expect(needs(theirs).filter({ hasText: 'at which a model failed' })).toContainText('1 object ');
  const unreviewed = needs(theirs).filter({ hasText: `without a verdict in ${name}` });
  await expect(unreviewed).toContainText('4 objects');
  await expectNoFaults(theirs);
  await look(theirs, 'home');
  await unreviewed.getByRole('link', { name: '4 objects' }).click();
  await expect(title(theirs)).toHaveText('4 objects');
  await theirs.keyboard.press('r');
  await expect(theirs.getByRole('region', { name: 'Review' })).toContainText('0 of 4 reviewed');
  await theirs.keyboard.press('1');
  await expect(theirs.getByRole('region', { name: 'Review' })).toContainText('1 of 4 reviewed');
  await theirs.keyboard.press('g');
  await theirs.keyboard.press('h');
  await expect(unreviewed).toContainText('3 objects');
  await needs(theirs).filter({ hasText: 'failed' }).getByRole('link', { name: '1 object' }).click();
  await expect(theirs.getByRole('link', { name: 'broken.jpg' })).toBeVisible();
  await expect(title(theirs)).toHaveText('1 object');
});

test('what could not be counted says so, beside what could', async ({ page }) => {
  const error = { message: 'This search takes too long', code: -32603, data: { httpStatus: 400 } };
  await page.route('**/trpc/objects.count*', (route) => route.fulfill({ status: 400, json: { error } }));
  await page.goto('/');
  await expect(page.getByText('They could not be counted').first()).toBeVisible();
  await expectNoFaults(page);
  await look(page, 'home-broken');
});
