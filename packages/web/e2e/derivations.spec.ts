import { fileURLToPath } from 'node:url';
import { startAssay } from '@assay/cli/testing';
import { prepareTestEnvironment } from '@assay/python/testing';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { expectNoFaults } from './axe.ts';
import { administrator, fileInput, samplePath } from './fixtures.ts';

const chain = ['video_to_audio', 'speech_to_text', 'ner_text', 'video_frames', 'face_detect'];
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

async function openSignedIn(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: url });
  const answer = await context.request.post('/api/auth/sign-in/username', {
    data: administrator,
    headers: { origin: url },
  });
  expect(answer.status()).toBe(200);
  return context.newPage();
}

test('a video becomes sound, a transcript with its entities, and frames with their faces', async ({ browser }) => {
  test.setTimeout(600_000);
  const environment = await prepareTestEnvironment({
    linked: here('../../../models/kit-python'),
    requirements: here('../../../models/speech_to_text/requirements.txt'),
  });
  test.skip('lacking' in environment, `lacking ${'lacking' in environment ? environment.lacking : ''}`);
  const assay = await startAssay(administrator, { ASSAY_BUNDLED_MODELS: chain.join() });
  try {
    const page = await openSignedIn(browser, assay.url);
    const listed = async () => (await (await page.request.get('/model/list')).json()) as { models: string[] };
    await expect.poll(async () => (await listed()).models, { timeout: 120_000 }).toContain('speech_to_text');

    await page.goto('/upload');
    await fileInput(page).setInputFiles([samplePath('clip.mp4')]);
    const choose = (model: string) => page.getByLabel(model, { exact: true }).filter({ visible: true }).first().check();
    for (const model of chain) await choose(model);
    await expect(page.getByText('and more on what they make').or(page.getByText('not measured yet'))).toBeVisible();
    if (process.env.ASSAY_LOOKS) await page.screenshot({ path: `${process.env.ASSAY_LOOKS}/upload.png` });
    await page.getByRole('button', { name: 'Send 1 file' }).click();
    await expect(page.getByRole('table', { name: 'Files' }).getByText('sent')).toBeVisible();
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    await page.getByRole('link', { name: /1 file/ }).click();

    const files = page.getByRole('region', { name: 'Files of this run' });
    await expect(files.getByText('transcript')).toBeVisible({ timeout: 120_000 });
    await expect(files.getByRole('listitem').filter({ hasText: 'by video_frames' })).toHaveCount(3, {
      timeout: 60_000,
    });
    await expect(page.getByText('queued')).toHaveCount(0, { timeout: 120_000 });
    if (process.env.ASSAY_LOOKS) await page.screenshot({ path: `${process.env.ASSAY_LOOKS}/run.png` });

    await files.getByRole('link', { name: 'clip.mp4' }).click();
    const derived = page.getByRole('region', { name: 'Derived objects' });
    await expect(derived.getByRole('link', { name: 'sound track', exact: true })).toBeVisible();
    await expect(derived.getByRole('link', { name: 'transcript', exact: true })).toBeVisible();
    await expect(derived.getByText(/person “.*Dashwood.*”/).first()).toBeVisible();
    await expect(derived.locator('li').filter({ hasText: 'face_detect face' }).first()).toBeVisible();
    await expectNoFaults(page);

    // What was found in the transcript leads to the second at which it was said.
    const name = derived.getByRole('link', { name: /Dashwood.*: go to 0:0\d\.\d/ }).first();
    const said = /go to 0:(\d\d\.\d)/.exec((await name.getAttribute('aria-label')) ?? '')?.[1];
    expect(Number(said)).toBeLessThan(2);
    await name.click();
    await derived.getByRole('link', { name: 'cut: go to 0:08.0' }).click();
    await expect(page).toHaveURL(/t=8/);
    await expect(page.getByText('0:08.0 / 0:13.0')).toBeVisible();
    // So do its marks on the timeline, and those of faces.
    const timeline = page.getByRole('region', { name: 'Timeline' });
    await expect(timeline.getByRole('button', { name: /^ner_text: person “.*Dashwood/ }).first()).toBeVisible();
    const faceMark = timeline.getByRole('button', { name: /^face_detect: face .*, at 0:\d\d\.\d\. Go there/ }).first();
    const second = /at (0:\d\d\.\d)/.exec((await faceMark.getAttribute('aria-label')) ?? '')?.[1];
    await faceMark.click();
    await expect(page.getByText(`${second} / 0:13.0`)).toBeVisible();
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of process.env.ASSAY_LOOKS ? [1440, 400] : []) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        await page.screenshot({
          path: `${process.env.ASSAY_LOOKS}/object-${colorScheme}-${width}.png`,
          fullPage: true,
        });
      }
    await page.setViewportSize({ width: 1440, height: 900 });

    await derived.getByRole('link', { name: 'transcript', exact: true }).click();
    const origin = page.getByRole('region', { name: 'Made from' });
    await expect(origin).toContainText('by speech_to_text');
    await expect(page.locator('mark').filter({ hasText: 'Dashwood' }).first()).toBeVisible();
    if (process.env.ASSAY_LOOKS) await page.screenshot({ path: `${process.env.ASSAY_LOOKS}/transcript.png` });
    await origin.getByRole('link').first().click();
    await expect(page.getByRole('region', { name: 'Made from' }).getByRole('link', { name: 'clip.mp4' })).toBeVisible();
    await page.context().close();
  } finally {
    await assay.stop();
  }
});
