import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page, Route } from '@playwright/test';
import { chooseAllModels, expect, fileInput, fileRow, folderInput, samplePath, samples, test } from './fixtures.ts';

const text = (name: string, words: string) => ({ name, mimeType: '', buffer: Buffer.from(words) });
/** Bytes that no other test sends. */
const unique = (words: string) => `${words} ${crypto.randomUUID()}`;
const sendButton = (page: Page) => page.getByRole('button', { name: /^Send/ });

test.beforeEach(async ({ page }) => {
  await page.goto('/upload');
  await chooseAllModels(page);
});

test('four kinds of file go through five models to results on the screen', async ({ page }) => {
  await fileInput(page).setInputFiles(samples.map(samplePath));
  await expect(page.getByRole('heading', { name: /^4 files, / })).toBeVisible();
  await expect(page.getByText(/^4 files, .*; 5 models;/)).toBeVisible();
  await sendButton(page).click();
  await page.getByRole('link', { name: 'Open the run' }).click();
  await expect(page).toHaveURL(/\/runs\/[0-9a-f-]{36}$/);
  const files = page.getByRole('region', { name: 'Files of this run' });
  await expect(files.getByRole('listitem').filter({ hasText: 'astronaut.jpg' })).toContainText('number_faces 1', {
    timeout: 45_000,
  });
  await expect(files.getByRole('listitem').filter({ hasText: 'clip.mp4' })).toContainText('duration 13', {
    timeout: 45_000,
  });
  await expect(files.getByRole('listitem').filter({ hasText: 'speech.wav' })).toContainText('speech_fraction', {
    timeout: 45_000,
  });
  await expect(files.getByRole('listitem').filter({ hasText: 'report.txt' })).toContainText('people 2 · places 3', {
    timeout: 45_000,
  });
  await expect(page.getByRole('region', { name: 'Predictions by state' })).toHaveText('5 succeeded');
});

test('what was sent before is known', async ({ page }) => {
  const words = unique('Anna Keller lives in London.');
  await fileInput(page).setInputFiles([text('first.txt', words)]);
  await sendButton(page).click();
  await expect(fileRow(page, 'first.txt').getByText('sent', { exact: true })).toBeVisible();
  await fileInput(page).setInputFiles([text('second.txt', words)]);
  await sendButton(page).click();
  await expect(fileRow(page, 'second.txt')).toContainText('known, linked');
  await expect(page.getByText('1 known', { exact: true })).toBeVisible();
});

test('what can not be taken is named and holds nothing up', async ({ page }) => {
  await fileInput(page).setInputFiles([
    text('contract.jpg', '%PDF-1.7\n%âã'),
    text('empty.txt', ''),
    text('note.txt', unique('A note from Rotterdam.')),
  ]);
  await expect(fileRow(page, 'contract.jpg')).toContainText('is a PDF document');
  await expect(fileRow(page, 'contract.jpg')).toContainText('not supported');
  await expect(fileRow(page, 'empty.txt')).toContainText('is empty');
  await expect(page.getByRole('region', { name: 'Problems' })).toContainText('2 files can’t be taken');
  await page.getByRole('button', { name: 'Send 1 file' }).click();
  await expect(fileRow(page, 'note.txt').getByText('sent', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Take 2 unsupported off the list' }).click();
  await expect(page.getByRole('heading', { name: /^1 file,/ })).toBeVisible();
});

test('a file that the server refuses shows its words, and can be tried again', async ({ page }) => {
  let refusals = 1;
  await page.route('**/model/predict', (route) => {
    refusals -= 1;
    if (refusals < 0) return route.continue();
    const error = {
      code: 'storage_full',
      message: 'There is no space left.',
      details: [{ code: 'storage_full', message: 'a.txt found no space on any disk of the store.', file: 'a.txt' }],
    };
    return route.fulfill({ status: 507, json: { error } });
  });
  await fileInput(page).setInputFiles([text('a.txt', unique('one')), text('b.txt', unique('two'))]);
  await sendButton(page).click();
  const problems = page.getByRole('region', { name: 'Problems' });
  await expect(problems).toContainText('found no space on any disk of the store.');
  await expect(page.getByText('1 file sent')).toBeVisible();
  await page.getByRole('button', { name: 'Try a.txt again' }).click();
  await expect(problems).toHaveCount(0);
  await expect(page.getByText('2 files sent')).toBeVisible();
});

test('when the server is away, sending pauses, says so, and goes on when it is back', async ({ page }) => {
  await page.route('**/model/predict', (route) => route.abort());
  await fileInput(page).setInputFiles([
    text('a.txt', unique('one')),
    text('b.txt', unique('two')),
    text('c.txt', unique('three')),
    text('d.txt', unique('four')),
  ]);
  await sendButton(page).click();
  const sending = page.getByRole('region', { name: 'Sending' });
  await expect(sending.getByRole('alert')).toContainText('The server can’t be reached. Nothing is lost');
  await page.unrouteAll();
  await expect(page.getByText('4 files sent')).toBeVisible();
});

test('sending can be paused and cancelled; what is not sent stays ready', async ({ page }) => {
  const held: Route[] = [];
  await page.route('**/model/predict', (route) => {
    held.push(route);
  });
  const names = ['a.txt', 'b.txt', 'c.txt', 'd.txt', 'e.txt'];
  await fileInput(page).setInputFiles(names.map((name) => text(name, unique(name))));
  await sendButton(page).click();
  await expect.poll(() => held.length, 'three at a time').toBe(3);
  await expect(fileRow(page, 'd.txt')).toContainText('waiting to be sent');
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByText('3 files on the way will still arrive.', { exact: false })).toBeVisible();
  await held.shift()?.continue();
  await expect(fileRow(page, 'a.txt').getByText('sent', { exact: true })).toBeVisible();
  expect(held.length, 'paused: no fourth').toBe(2);
  await page.getByRole('button', { name: 'Cancel' }).click();
  for (const name of names.slice(1)) await expect(fileRow(page, name)).toContainText('ready');
  await expect(page.getByRole('button', { name: 'Send 4 files' })).toBeEnabled();
});

test('leaving the page while sending warns, another page of Assay does not stop it', async ({ page }) => {
  const held: Route[] = [];
  await page.route('**/model/predict', (route) => {
    held.push(route);
  });
  await fileInput(page).setInputFiles([text('a.txt', unique('a'))]);
  await sendButton(page).click();
  await expect.poll(() => held.length).toBe(1);
  const warned = page.waitForEvent('dialog');
  const left = page.close({ runBeforeUnload: true });
  const dialog = await warned;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();
  await left;
  await page.getByRole('link', { name: 'Runs' }).click();
  await expect(page.getByRole('heading', { name: 'Runs' })).toBeVisible();
  await held[0]?.continue();
  await expect(page.getByText('1 file sent')).toBeVisible();
  await page.getByRole('link', { name: 'Upload', exact: true }).click();
  await expect(fileRow(page, 'a.txt').getByText('sent', { exact: true })).toBeVisible();
});

test('the name does not decide the type, and is marked when it says otherwise', async ({ page }) => {
  await fileInput(page).setInputFiles([text('holiday.jpg', unique('These are words and no picture.'))]);
  await expect(fileRow(page, 'holiday.jpg')).toContainText('text');
  await expect(fileRow(page, 'holiday.jpg')).toContainText('named .jpg, is text/plain');
});

test('the choice of models is remembered, and a type without one is not sent', async ({ page }) => {
  await page.getByRole('button', { name: 'use none of text' }).click();
  await page.reload();
  await fileInput(page).setInputFiles([text('a.txt', unique('words'))]);
  await expect(fileRow(page, 'a.txt')).toContainText('no model chosen for text');
  await expect(page.getByRole('button', { name: 'Send', exact: true })).toBeDisabled();
  await page.getByRole('checkbox', { name: 'ner_text' }).check();
  await expect(page.getByRole('button', { name: 'Send 1 file' })).toBeEnabled();
});

test.describe('a folder', () => {
  let folder: string;
  test.beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-folder-'));
    await mkdir(join(folder, 'inner/deep'), { recursive: true });
    await writeFile(join(folder, 'top.txt'), unique('top'));
    await writeFile(join(folder, 'inner/deep/below.txt'), unique('below'));
  });
  test.afterAll(() => rm(folder, { recursive: true }));

  test('by picker', async ({ page }) => {
    await folderInput(page).setInputFiles(folder);
    await expect(fileRow(page, 'inner/deep/below.txt')).toContainText('ready');
    await expect(page.getByRole('heading', { name: /^2 files/ })).toBeVisible();
  });

  test('by drop', async ({ page, context }) => {
    const browser = await context.newCDPSession(page);
    const data = { items: [], files: [folder], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await browser.send('Input.dispatchDragEvent', { type, x: 400, y: 300, data });
    await expect(fileRow(page, 'inner/deep/below.txt')).toContainText('ready');
    await expect(fileRow(page, 'top.txt')).toContainText('ready');
  });
});

test('thousands of files are listed, and only those in view are drawn', async ({ page }) => {
  const files = Array.from({ length: 3000 }, (_, index) => text(`note-${index}.txt`, `note ${index}`));
  await fileInput(page).setInputFiles(files);
  await expect(page.getByRole('button', { name: 'Send 3,000 files' })).toBeEnabled({ timeout: 40_000 });
  expect(await page.getByRole('table', { name: 'Files' }).getByRole('row').count()).toBeLessThan(80);
  await page.getByRole('table', { name: 'Files' }).evaluate((table) => table.parentElement?.scrollTo(0, 1e9));
  await expect(fileRow(page, 'note-2999.txt')).toBeVisible();
});

test('the run that was sent last is the first of the list', async ({ page }) => {
  for (const name of ['earlier.txt', 'later.txt']) {
    await fileInput(page).setInputFiles([text(name, unique(name))]);
    await sendButton(page).click();
    await expect(fileRow(page, name).getByText('sent', { exact: true })).toBeVisible();
  }
  const last = await page.getByRole('link', { name: 'Open the run' }).getAttribute('href');
  await page.goto('/runs');
  await expect(page.getByRole('main').getByRole('listitem').first().getByRole('link')).toHaveAttribute(
    'href',
    last ?? '',
  );
});
