import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CDPSession, Page, Request } from '@playwright/test';
import { expectNoFaults } from './axe.ts';
import { openLine } from './breakable-line.ts';
import { chooseAllModels, expect, fileInput, fileRow, readAddress, samplePath, test } from './fixtures.ts';

const mebibyte = 2 ** 20;
let folder: string;

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-large-'));
});
test.afterAll(() => rm(folder, { recursive: true }));

test.beforeEach(async ({ page }) => {
  browser = await page.context().newCDPSession(page);
  await browser.send('Network.enable');
  await page.goto('/upload');
  await chooseAllModels(page);
});

/** A picture above the size from which files are sent in pieces; no two are alike. */
async function makeLargePicture(name: string) {
  const bytes = Buffer.concat([await readFile(samplePath('astronaut.jpg')), randomBytes(70 * mebibyte)]);
  const path = join(folder, name);
  await writeFile(path, bytes);
  return { path, sha256: createHash('sha256').update(bytes).digest('hex'), bytes };
}

let browser: CDPSession;
/** Slow enough to be interrupted, whatever the machine. Bytes per second; -1: as fast as it is. */
async function limitSending(bytesPerSecond: number): Promise<void> {
  await browser.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: bytesPerSecond,
  });
}

/** The requests that begin, continue or end resumable uploads from now on. */
function watchPieces(page: Page) {
  const pieces: Request[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/upload/tus') && request.method() !== 'GET') pieces.push(request);
  });
  const of = (method: string) => pieces.filter((request) => request.method() === method);
  return {
    of,
    offsets: () => of('PATCH').map((request) => Number(request.headers()['upload-offset'])),
    /** The address of the first upload. */
    address: async () => {
      const answer = await of('POST')[0]?.response();
      return answer?.headers().location ?? '';
    },
  };
}

const sendButton = (page: Page) => page.getByRole('button', { name: /^Send/ });
const sending = (page: Page) => page.getByRole('region', { name: 'Sending' });
const interrupted = (page: Page) => page.getByRole('region', { name: 'Interrupted uploads' });
const sentShare = async (page: Page, name: string) =>
  Number(await fileRow(page, name).getByRole('progressbar').getAttribute('aria-valuenow'));

async function beginSending(page: Page, path: string, name: string): Promise<void> {
  await limitSending(8 * mebibyte);
  await fileInput(page).setInputFiles(path);
  await sendButton(page).click();
  await expect.poll(() => sentShare(page, name)).toBeGreaterThan(10);
}

async function expectStored(page: Page, sha256: string): Promise<void> {
  const [result] = await (await page.request.post('/model/results', { data: [sha256] })).json();
  expect(result).toMatchObject({ found: true, sha256 });
}

test('a file that is here already is not sent again', async ({ page }) => {
  const words = `These words are here already. ${crypto.randomUUID()}`;
  const form = {
    models: 'ner_text',
    objects: { name: 'first.txt', mimeType: 'text/plain', buffer: Buffer.from(words) },
  };
  expect((await page.request.post('/model/predict', { multipart: form })).status()).toBe(202);
  await fileInput(page).setInputFiles([{ name: 'again.txt', mimeType: 'text/plain', buffer: Buffer.from(words) }]);
  await expect(fileRow(page, 'again.txt')).toContainText('already here, not sent again');
  await expect(page.getByText('1 already here: not sent again.')).toBeVisible();
  const sent = page.waitForRequest('**/model/predict');
  await sendButton(page).click();
  const body = (await sent).postData() ?? '';
  expect(body).toContain(`"sha256":"${createHash('sha256').update(words).digest('hex')}"`);
  expect(body).not.toContain('These words');
  await expect(fileRow(page, 'again.txt')).toContainText('known, linked');
});

test('a question that fails holds nothing up: the bytes are sent', async ({ page }) => {
  await page.route('**/trpc/objects.known**', (route) => route.abort());
  const buffer = Buffer.from(`Nobody can say. ${crypto.randomUUID()}`);
  await fileInput(page).setInputFiles([{ name: 'unasked.txt', mimeType: 'text/plain', buffer }]);
  await sendButton(page).click();
  await expect(fileRow(page, 'unasked.txt').getByText('sent', { exact: true })).toBeVisible();
});

test('a large file pauses where it is, and goes on from there', async ({ page }) => {
  const { path, sha256, bytes } = await makeLargePicture('paused.jpg');
  const pieces = watchPieces(page);
  await beginSending(page, path, 'paused.jpg');
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(sending(page)).toContainText('Paused.');
  const state = await (await page.request.get(await pieces.address())).json();
  expect(state).toMatchObject({ state: 'receiving', size: bytes.length });
  await expectNoFaults(page);
  await limitSending(-1);
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(fileRow(page, 'paused.jpg').getByText('sent', { exact: true })).toBeVisible({ timeout: 30_000 });
  expect(pieces.of('POST')).toHaveLength(1);
  expect(pieces.offsets()).toHaveLength(2);
  expect(pieces.offsets()[1]).toBeGreaterThanOrEqual(state.offset);
  expect(state.offset).toBeGreaterThan(mebibyte);
  await expectStored(page, sha256);
});

test('after a reload the file is chosen again, and goes on from where it was', async ({ page }) => {
  const { path, sha256 } = await makeLargePicture('reloaded.jpg');
  await beginSending(page, path, 'reloaded.jpg');
  page.on('dialog', (dialog) => dialog.accept());
  await page.reload();
  await expect(interrupted(page)).toContainText(/reloaded\.jpg\s*\d+ % of 73\.5 MB has arrived/);
  await expectNoFaults(page);
  const again = page.getByLabel('reloaded.jpg again', { exact: true });
  await again.setInputFiles(samplePath('report.txt'));
  await expect(interrupted(page).getByRole('alert')).toHaveText('You chose report.txt. This is reloaded.jpg.');
  await limitSending(-1);
  const pieces = watchPieces(page);
  await again.setInputFiles(path);
  await expect(interrupted(page)).toHaveCount(0);
  await expect(fileRow(page, 'reloaded.jpg').getByText('sent', { exact: true })).toBeVisible({ timeout: 30_000 });
  expect(pieces.of('POST')).toHaveLength(0);
  expect(pieces.offsets()[0]).toBeGreaterThan(mebibyte);
  await expectStored(page, sha256);
  await page.reload();
  await expect(sendButton(page)).toBeVisible();
  await expect(interrupted(page)).toHaveCount(0);
});

test('an interrupted upload can be given up, and is another one when the file has changed', async ({ page }) => {
  const { path } = await makeLargePicture('changed.jpg');
  const pieces = watchPieces(page);
  await beginSending(page, path, 'changed.jpg');
  const address = await pieces.address();
  page.on('dialog', (dialog) => dialog.accept());
  await page.reload();
  await utimes(path, new Date(), new Date(Date.now() - 60_000));
  await page.getByLabel('changed.jpg again', { exact: true }).setInputFiles(path);
  await expect(interrupted(page).getByRole('alert')).toContainText('has changed on the disk');
  await page.getByRole('button', { name: 'Give up: changed.jpg' }).click();
  await expect(interrupted(page)).toHaveCount(0);
  await expect.poll(async () => (await page.request.get(address)).status()).toBe(404);
});

const testOnLine = test.extend<{ line: Awaited<ReturnType<typeof openLine>> }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern.
  line: async ({}, use) => {
    const line = await openLine(readAddress());
    await use(line);
    line.close();
  },
  baseURL: ({ line }, use) => use(line.url),
});

testOnLine('when the line breaks, sending goes on by itself once it is back', async ({ page, line }) => {
  const { path, sha256 } = await makeLargePicture('cut.jpg');
  const pieces = watchPieces(page);
  await beginSending(page, path, 'cut.jpg');
  line.cut();
  await expect(sending(page).getByRole('alert')).toContainText('sending goes on when it is back', { timeout: 20_000 });
  line.mend();
  await limitSending(-1);
  await expect(fileRow(page, 'cut.jpg').getByText('sent', { exact: true })).toBeVisible({ timeout: 30_000 });
  expect(pieces.of('POST')).toHaveLength(1);
  expect(pieces.offsets().at(-1)).toBeGreaterThan(mebibyte);
  await expectStored(page, sha256);
});

test('cancelling takes what has arrived off the server', async ({ page }) => {
  const { path } = await makeLargePicture('cancelled.jpg');
  const pieces = watchPieces(page);
  await beginSending(page, path, 'cancelled.jpg');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(fileRow(page, 'cancelled.jpg')).toContainText('ready');
  const address = await pieces.address();
  await expect.poll(async () => (await page.request.get(address)).status()).toBe(404);
});

test('a large file that turns out to be here stops on its way', async ({ page }) => {
  const { path, bytes } = await makeLargePicture('twin.jpg');
  const form = { models: 'image_shape', objects: { name: 'first.jpg', mimeType: 'image/jpeg', buffer: bytes } };
  expect((await page.request.post('/model/predict', { multipart: form })).status()).toBe(202);
  const pieces = watchPieces(page);
  await limitSending(mebibyte);
  await fileInput(page).setInputFiles(path);
  await sendButton(page).click();
  await expect(fileRow(page, 'twin.jpg')).toContainText('known, linked', { timeout: 30_000 });
  await expect.poll(async () => (await page.request.get(await pieces.address())).status()).toBe(404);
});
