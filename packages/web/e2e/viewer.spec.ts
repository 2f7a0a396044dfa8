import { readFile } from 'node:fs/promises';
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

const open = (page: Page, name: string) => page.goto(`/objects/${hashes[name]}`);
const veil = (page: Page) => page.locator('main [data-veiled]').first();
const placeOf = async (page: Page) =>
  page.locator('video, audio').evaluate((media: HTMLMediaElement) => media.currentTime);

test('thumbnails are pictures that we made, small and veiled', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(`/runs/${run}`);
  for (const name of ['astronaut.jpg', 'clip.mp4']) {
    const row = page.getByRole('listitem').filter({ hasText: name });
    const picture = row.locator('img[data-state=shown]');
    await expect(picture).toBeVisible();
    expect(await picture.evaluate((image: HTMLImageElement) => Math.max(image.naturalWidth, image.naturalHeight))).toBe(
      320,
    );
    await expect(row.locator('[data-veiled=true]')).toHaveCount(1);
  }
  expect(asked.filter((path) => path.endsWith('/content'))).toEqual([]);
});

test('a picture is zoomed, moved and turned by key, and the box stays on the face', async ({ page }) => {
  await open(page, 'astronaut.jpg');
  const picture = page.getByRole('img', { name: 'astronaut.jpg' });
  const box = page.getByRole('list', { name: 'Boxes' }).getByRole('listitem');
  await expect(box).toBeVisible();
  const look = async () => {
    const [outer, inner] = [await picture.boundingBox(), await box.boundingBox()];
    if (!outer || !inner) throw new Error('not drawn');
    return {
      width: outer.width,
      left: outer.x,
      x: (inner.x + inner.width / 2 - outer.x) / outer.width,
      y: (inner.y + inner.height / 2 - outer.y) / outer.height,
    };
  };
  const before = await look();
  await page.keyboard.press('+');
  await page.keyboard.press('+');
  const large = await look();
  expect(large.width / before.width).toBeCloseTo(2.25, 1);
  expect([large.x, large.y]).toEqual([expect.closeTo(before.x, 1), expect.closeTo(before.y, 1)]);
  await page.keyboard.press('ArrowRight');
  expect((await look()).left).toBeLessThan(large.left);
  await page.getByRole('button', { name: 'The whole picture' }).click();
  expect((await look()).width).toBeCloseTo(before.width, 0);
  await page.keyboard.press('r');
  const turned = await look();
  // A quarter to the right: what was high is to the right.
  expect([turned.x, turned.y]).toEqual([expect.closeTo(1 - before.y, 1), expect.closeTo(before.x, 1)]);
  await expectNoFaults(page);
});

test('the wheel zooms to where the pointer is, dragging moves, a double click brings it back', async ({ page }) => {
  await open(page, 'astronaut.jpg');
  const picture = page.getByRole('img', { name: 'astronaut.jpg' });
  await expect(page.getByText('512 × 512')).toBeVisible();
  const before = await picture.boundingBox();
  if (!before) throw new Error('not drawn');
  const at = { x: before.x + before.width / 4, y: before.y + before.height / 4 };
  await page.mouse.move(at.x, at.y);
  await page.mouse.wheel(0, -400);
  const share = async () => {
    const now = await picture.boundingBox();
    return now && { x: (at.x - now.x) / now.width, width: now.width / before.width };
  };
  await expect.poll(share).toEqual({ x: expect.closeTo(0.25, 1), width: expect.closeTo(Math.E, 0) });
  await page.mouse.down();
  await page.mouse.move(at.x + 80, at.y, { steps: 4 });
  await page.mouse.up();
  expect((await share())?.x).toBeLessThan(0.25);
  await page.mouse.dblclick(at.x, at.y);
  await expect.poll(async () => (await share())?.width).toBeCloseTo(1, 1);
});

test('a picture is revealed for as long as it is held, by pointer as by key, and it is counted', async ({ page }) => {
  await open(page, 'astronaut.jpg');
  await expect(page.getByText('0 revealed today')).toBeVisible();
  await page.getByText('Hold Space, or here, to reveal').hover();
  await page.mouse.down();
  await expect(veil(page)).toHaveAttribute('data-veiled', 'false');
  await page.mouse.up();
  await expect(veil(page)).toHaveAttribute('data-veiled', 'true');
  await expect(page.getByText('1 revealed today')).toBeVisible();
});

test('a video goes frame by frame, slower and faster, and from mark to mark of its sound', async ({ page }) => {
  await open(page, 'clip.mp4');
  await expect(page.getByText('0:00.0 / 0:13.0')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Timeline' }).locator('svg path')).toHaveCount(1);
  await page.keyboard.press('.');
  await page.keyboard.press('.');
  await expect.poll(() => placeOf(page)).toBeCloseTo(2 / 25, 2);
  await page.keyboard.press(',');
  await expect.poll(() => placeOf(page)).toBeCloseTo(1 / 25, 2);
  await page.keyboard.press(']');
  await expect(page.getByRole('combobox', { name: 'Speed' })).toHaveValue('1.5');
  await page.getByRole('combobox', { name: 'Speed' }).selectOption('0.25');
  expect(await page.locator('video').evaluate((video: HTMLVideoElement) => video.playbackRate)).toBe(0.25);
  await expectNoFaults(page);
});

test('from one hit to the next by key', async ({ page }) => {
  await open(page, 'speech.wav');
  const marks = page
    .getByRole('region', { name: 'Timeline' })
    .getByRole('button', { name: /^voice_activity: speech, / });
  await expect(marks.nth(1)).toBeVisible();
  const starts = await marks.evaluateAll((all) =>
    all.map((mark) => Number(/0:(\d\d\.\d)/.exec(mark.getAttribute('aria-label') ?? '')?.[1])),
  );
  await page.locator('audio').evaluate(
    (audio: HTMLAudioElement, at) => {
      audio.currentTime = at;
    },
    (starts[0] ?? 0) + 0.2,
  );
  await page.keyboard.press('n');
  await expect.poll(() => placeOf(page)).toBeCloseTo(starts[1] ?? -1, 0);
  await page.keyboard.press('N');
  await expect.poll(() => placeOf(page)).toBeCloseTo(starts[0] ?? -1, 0);
});

test('what browsers do not show is shown by our preview; what can’t be made says why', async ({ page }) => {
  const heic = await readFile(samplePath('astronaut.heic'));
  const broken = Buffer.concat([heic.subarray(0, 600), Buffer.from(crypto.randomUUID())]);
  const files = [
    { name: 'phone.heic', bytes: heic },
    { name: 'broken.heic', bytes: broken },
  ];
  const { hashes } = await uploadAndWait(page.request, files, ['image_shape']);
  await page.goto(`/objects/${hashes[0]}`);
  await expect(page.getByText('a preview: browsers can’t show image/heic')).toBeVisible();
  const picture = page.getByRole('img', { name: 'phone.heic' });
  expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(100);
  await expect(veil(page)).toHaveAttribute('data-veiled', 'true');
  await expectNoFaults(page);

  await page.goto(`/objects/${hashes[1]}`);
  await expect(page.getByText('No preview')).toBeVisible();
  await expect(page.getByText(/It can’t be decoded/)).toBeVisible();
  const asked = page.waitForResponse((answer) => answer.url().includes('objects.retryPreview'));
  await page.getByRole('button', { name: 'Try again', exact: true }).click();
  expect((await asked).status()).toBe(200);
  await expect(page.getByRole('link', { name: 'Download the file' })).toBeVisible();
  await expectNoFaults(page);
});

test('a long text is read from end to end, in the encoding that one chooses', async ({ page }) => {
  // More than the model takes, which says so at once.
  const lines = Array.from({ length: 200_000 }, (_, n) => `Line ${n} of a long text: café, and no more than that.`);
  const bytes = Buffer.from(`${crypto.randomUUID()}\n${lines.join('\n')}\n`);
  const { hashes } = await uploadAndWait(page.request, [{ name: 'long.txt', bytes }], ['ner_text']);
  await page.goto(`/objects/${hashes[0]}`);
  const text = page.getByRole('region', { name: 'Text', exact: true });
  await expect(text).toContainText('Line 0 of a long text: café');
  expect(await text.locator('pre').count()).toBeLessThan(200);
  await text.focus();
  await page.keyboard.press('End');
  await expect(text).toContainText('Line 199999 of');
  await page.keyboard.press('Home');
  await page.getByRole('combobox', { name: 'Encoding' }).selectOption('windows-1252');
  await expect(text).toContainText('Line 0 of a long text: cafÃ©');
  await expectNoFaults(page);
});
