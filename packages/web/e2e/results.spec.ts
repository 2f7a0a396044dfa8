import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { makeColliding } from '@assay/shared/testing';
import type { Page } from '@playwright/test';
import { expectNoFaults } from './axe.ts';
import { expect, samplePath, samples, test, uploadAndWait, uploadSamplesAs } from './fixtures.ts';

/** The run of the four samples, and their SHA-256 by name. */
let run = '';
let hashes: Record<string, string> = {};

test.beforeAll(async ({ playwright, session }) => {
  const uploaded = await uploadSamplesAs(playwright, session);
  run = uploaded.run;
  hashes = Object.fromEntries(samples.map((name, index) => [name, uploaded.hashes[index] ?? '']));
});

const open = (page: Page, name: string) => page.goto(`/objects/${hashes[name]}?run=${run}`);
const facts = (page: Page) => page.getByRole('region', { name: 'Results and facts' });
const veil = (page: Page) => page.locator('main [data-veiled]').first();

test('one face, with its box where the face is', async ({ page }) => {
  await open(page, 'astronaut.jpg');
  await expect(page.getByRole('region', { name: 'face_detect, succeeded' })).toContainText('number_faces1');
  const boxes = page.getByRole('list', { name: 'Boxes' }).getByRole('listitem');
  await expect(boxes).toHaveCount(1);
  await expect(boxes).toHaveText(/^face \.\d\d$/);
  const picture = await page.getByRole('img', { name: 'astronaut.jpg' }).boundingBox();
  const box = await boxes.boundingBox();
  if (!picture || !box) throw new Error('not drawn');
  const centre = {
    x: (box.x + box.width / 2 - picture.x) / picture.width,
    y: (box.y + box.height / 2 - picture.y) / picture.height,
  };
  expect(centre.x).toBeGreaterThan(0.38);
  expect(centre.x).toBeLessThan(0.5);
  expect(centre.y).toBeGreaterThan(0.15);
  expect(centre.y).toBeLessThan(0.35);
  await page.keyboard.press('b');
  await expect(boxes).toHaveCount(0);
  await page.getByRole('button', { name: 'Show boxes' }).click();
  await expect(boxes).toHaveCount(1);
});

test('thirteen seconds of video', async ({ page }) => {
  await open(page, 'clip.mp4');
  await expect(page.getByRole('region', { name: 'video_info, succeeded' })).toContainText('duration13 s');
  await expect(page.getByText('0:00.0 / 0:13.0')).toBeVisible();
});

test('speech is on the timeline, and a click on a mark goes there', async ({ page }) => {
  await open(page, 'speech.wav');
  const marks = page
    .getByRole('region', { name: 'Timeline' })
    .getByRole('button', { name: /^voice_activity: speech, / });
  await expect(marks.first()).toBeVisible();
  const last = marks.last();
  const start = /speech, 0:(\d\d\.\d)/.exec((await last.getAttribute('aria-label')) ?? '')?.[1];
  await last.click();
  await expect
    .poll(() => page.locator('audio').evaluate((audio: HTMLAudioElement) => audio.currentTime))
    .toBeCloseTo(Number(start), 0);
});

test('people and places are marked in the text, each kind for itself', async ({ page }) => {
  await open(page, 'report.txt');
  const text = page.getByRole('region', { name: 'Text', exact: true });
  const marked = (label: string) => text.locator(`mark[data-label="${label}"]`);
  await expect(marked('place')).toHaveText(['Springfield', 'Rotterdam', 'London']);
  await expect(marked('person').filter({ hasText: 'John Dashwood' })).toHaveCount(1);
  await expect(marked('person').filter({ hasText: 'Anna Keller' })).toHaveCount(1);
  await expect(text).toContainText('the parcel was lost, and both of them were angry and afraid.');
  await page.getByRole('button', { name: /^place/ }).click();
  await expect(marked('place')).toHaveCount(0);
  await expect(marked('person').first()).toBeVisible();
});

test('the facts of a file, its hashes to copy', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page, 'astronaut.jpg');
  await expect(facts(page)).toContainText('53,631 bytes');
  await expect(facts(page)).toContainText('image, image/jpeg');
  await facts(page).getByRole('button', { name: 'Copy SHA-256' }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(hashes['astronaut.jpg']);
});

test('media are veiled until Space is held, and again after', async ({ page }) => {
  await open(page, 'astronaut.jpg');
  const filter = () =>
    page
      .getByRole('img', { name: 'astronaut.jpg' })
      .evaluate((image) => getComputedStyle(image.parentElement ?? image).filter);
  await expect(veil(page)).toHaveAttribute('data-veiled', 'true');
  expect(await filter()).toBe('blur(20px) grayscale(1)');
  await expect(page.getByText('0 revealed today')).toBeVisible();
  await page.keyboard.down('Space');
  await expect(veil(page)).toHaveAttribute('data-veiled', 'false');
  expect(await filter()).toBe('none');
  await page.keyboard.up('Space');
  await expect(veil(page)).toHaveAttribute('data-veiled', 'true');
  await expect(page.getByText('1 revealed today')).toBeVisible();
  await page.reload();
  await expect(page.getByText('1 revealed today')).toBeVisible();
  // Somebody else, in the same browser.
  await page.evaluate(() => {
    const kept = JSON.parse(localStorage.getItem('assay.revealed') ?? '{}');
    localStorage.setItem('assay.revealed', JSON.stringify({ ...kept, person: 'somebody' }));
  });
  await page.reload();
  await expect(page.getByText('0 revealed today')).toBeVisible();
});

test('one object can be revealed to stay so, and no other with it', async ({ page }) => {
  await open(page, 'astronaut.jpg');
  await page.getByRole('button', { name: /^Reveal/ }).click();
  await expect(veil(page)).toHaveAttribute('data-veiled', 'false');
  await page.getByRole('link', { name: '1 of 4' }).click();
  await expect(page.locator('main [data-veiled=false]')).toHaveCount(1);
  await expect(page.locator('main [data-veiled=true]')).toHaveCount(1);
});

test('a veiled video has no sound, whatever was asked for', async ({ page }) => {
  await open(page, 'clip.mp4');
  const muted = () => page.locator('video').evaluate((video: HTMLVideoElement) => video.muted);
  await expect(page.getByText('0:00.0 / 0:13.0')).toBeVisible();
  expect(await muted()).toBe(true);
  await page.keyboard.press('m');
  expect(await muted()).toBe(true);
  await page.keyboard.down('Space');
  await expect.poll(muted).toBe(false);
  await page.keyboard.up('Space');
  await expect.poll(muted).toBe(true);
});

test('an object is found by its MD5 from any page; an unknown hash is told; a word is searched for', async ({
  page,
}) => {
  await page.goto('/models');
  await expect(page.getByRole('heading', { name: 'Models' })).toBeVisible();
  const find = async (words: string) => {
    await page.keyboard.press('/');
    await page.keyboard.type(words);
    await page.keyboard.press('Enter');
  };
  await find(hash('md5', await readFile(samplePath('astronaut.jpg'))));
  await expect(page.getByRole('heading', { name: 'astronaut.jpg' })).toBeVisible();
  await find('0'.repeat(64));
  await expect(page.getByText('No file with this hash is here.')).toBeVisible();
  await find('harbour');
  await expect(page).toHaveURL(/\/objects\?.*q=harbour/);
});

test('a name that promises another format is marked in the run and on the file’s page', async ({ page }) => {
  const picture = await readFile(samplePath('astronaut.jpg'));
  const bytes = Buffer.concat([picture, Buffer.from(crypto.randomUUID())]);
  const files = ['holiday.mp4', 'honest.jpg'].map((name) => ({ name, bytes }));
  const { run, hashes } = await uploadAndWait(page.request, files, ['image_shape']);
  await page.goto(`/runs/${run}`);
  const rows = page.getByRole('region', { name: 'Files of this run' }).getByRole('listitem');
  const marked = 'named .mp4, is image/jpeg';
  await expect(rows.filter({ hasText: 'holiday.mp4' }).getByText(marked)).toBeVisible();
  await expect(rows.filter({ hasText: 'honest.jpg' })).toBeVisible();
  await expect(page.getByText(marked)).toHaveCount(1);
  await expectNoFaults(page);

  await page.getByRole('link', { name: 'holiday.mp4' }).click();
  await expect(page.getByRole('heading', { name: 'holiday.mp4' })).toBeVisible();
  await expect(page.getByText(marked)).toHaveCount(2);
  await expect(facts(page).getByText(marked)).toBeVisible();
  await expectNoFaults(page);

  const again = { name: 'as it was.txt', bytes };
  await uploadAndWait(page.request, [again], ['image_shape']);
  await page.goto(`/objects/${hashes[0]}`);
  await expect(facts(page).getByText('named .txt, is image/jpeg')).toBeVisible();
});

test('an MD5 that two files share says so, and leads to both', async ({ page }) => {
  const pair = makeColliding(crypto.randomUUID());
  const files = pair.map((bytes, index) => ({ name: `statement ${index + 1}.mp3`, bytes: Buffer.from(bytes) }));
  const { hashes } = await uploadAndWait(page.request, files, ['voice_activity']);
  await page.goto(`/objects/${hash('md5', pair[0])}`);
  await expect(page.getByRole('heading', { name: 'statement 1.mp3' })).toBeVisible();
  const notice = page.getByRole('region', { name: '2 different files have this MD5' });
  await expect(notice.getByRole('listitem')).toHaveText([/statement 1\.mp3\s*\(shown here\)$/, /statement 2\.mp3$/]);
  await expectNoFaults(page);
  await notice.getByRole('listitem').nth(1).getByRole('link').click();
  await expect(page).toHaveURL(new RegExp(`/objects/${hashes[1]}$`));
  await expect(page.getByRole('heading', { name: 'statement 2.mp3' })).toBeVisible();
  await expect(notice).toHaveCount(0);
});

test('a model that fails says why, and the count leads to the files that failed', async ({ page }) => {
  const picture = await readFile(samplePath('astronaut.jpg'));
  const pictures = [
    { name: 'broken.jpg', bytes: Buffer.concat([picture.subarray(0, 400), Buffer.from(crypto.randomUUID())]) },
    { name: 'whole.jpg', bytes: Buffer.concat([picture, Buffer.from(crypto.randomUUID())]) },
  ];
  const broken = await uploadAndWait(page.request, pictures, ['image_shape']);
  await page.goto(`/runs/${broken.run}`);
  const files = page.getByRole('region', { name: 'Files of this run' }).getByRole('listitem');
  await expect(files.filter({ hasText: 'broken.jpg' })).toContainText('refuses this file');
  await page.getByRole('link', { name: '1 failed' }).click();
  await expect(page).toHaveURL(/state=failed/);
  await expect(page.getByText('1 of 2 objects')).toBeVisible();
  await expect(page.getByRole('link', { name: 'whole.jpg' })).toHaveCount(0);
  await page.getByRole('link', { name: 'broken.jpg' }).click();
  await expect(page.getByRole('region', { name: 'image_shape, failed' })).toContainText('1 attempt');
});

test('everything is reached without a mouse', async ({ page }) => {
  await page.goto('/upload');
  await expect(page.getByText('Drop files or folders here')).toBeVisible();
  await page.keyboard.press('?');
  const keys = page.getByRole('dialog', { name: 'Keys' });
  await expect(keys).toContainText('Go to Runs');
  await expect(keys).toContainText('Choose files');
  await page.keyboard.press('Escape');
  await expect(keys).toHaveCount(0);
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await expect(page.getByRole('link', { name: /4 files/ }).first()).toBeVisible();
  await page.goto(`/runs/${run}`);
  await expect(page.getByRole('link', { name: 'astronaut.jpg' })).toBeVisible();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'astronaut.jpg' })).toBeVisible();
  await page.keyboard.press('j');
  await expect(page.getByRole('heading', { name: 'clip.mp4' })).toBeVisible();
  await page.keyboard.press('u');
  await expect(page).toHaveURL(new RegExp(`/runs/${run}$`));
  await page.keyboard.press('g');
  await page.keyboard.press('m');
  await expect(page).toHaveURL(/\/models$/);
});

test('Space in the field for a hash is a space', async ({ page }) => {
  await open(page, 'astronaut.jpg');
  await expect(veil(page)).toHaveAttribute('data-veiled', 'true');
  await page.keyboard.press('/');
  await page.keyboard.down('Space');
  await expect(page.getByRole('combobox', { name: 'Search objects' })).toHaveValue(' ');
  await expect(veil(page)).toHaveAttribute('data-veiled', 'true');
  await page.keyboard.up('Space');
});

test('a picture that breaks off fails with the model’s words, and can be tried again', async ({ page }) => {
  const whole = await readFile(samplePath('astronaut.jpg'));
  const broken = { name: 'broken.jpg', bytes: whole.subarray(0, 20_000) };
  const { hashes } = await uploadAndWait(page.request, [broken], ['face_detect']);
  await page.goto(`/objects/${hashes[0]}`);
  const failed = page.getByRole('region', { name: 'face_detect, failed' });
  await expect(failed).toContainText(/“.+”/);
  const retried = page.waitForResponse((answer) => answer.url().includes('/trpc/predictions.retry'));
  await failed.getByRole('button', { name: 'Try again: face_detect' }).click();
  expect((await retried).status()).toBe(200);
  // It fails again: the bytes are what they are. The page follows it there.
  await expect(failed).toContainText('1 attempt');
});
