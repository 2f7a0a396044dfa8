import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ObjectResults, UploadAnswer } from '@assay/shared';
import {
  type APIRequestContext,
  type BrowserContext,
  test as base,
  expect,
  type Page,
  type PlaywrightWorkerArgs,
} from '@playwright/test';

export { expect } from '@playwright/test';

export const administrator = { username: 'admin', password: 'a long enough password' };

export const samplePath = (name: string) => fileURLToPath(new URL(`../../../samples/${name}`, import.meta.url));
export const samples = ['astronaut.jpg', 'clip.mp4', 'speech.wav', 'report.txt'];
export const models = ['face_detect', 'image_shape', 'ner_text', 'video_info', 'voice_activity'];

/** What must never happen on any page: a request to elsewhere, a refusal by the page's own policy, an error nobody caught. */
function watchPage(page: Page, home: string): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (/Content.Security.Policy|Refused to|React|Warning:/.test(message.text())) faults.push(message.text());
  });
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && origin !== home) faults.push(`asked ${origin}`);
  });
  return faults;
}

export function readAddress(): string {
  const url = process.env.ASSAY_TEST_URL;
  if (url === undefined) throw new Error('start-assay.ts has not run');
  return url;
}

const strangerTest = base.extend({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern.
  baseURL: ({}, use) => use(readAddress()),
  page: async ({ page, baseURL }, use) => {
    const faults = watchPage(page, baseURL ?? '');
    await use(page);
    expect(faults).toEqual([]);
  },
});

/** For somebody who is not signed in. */
export const testAsStranger = strangerTest;

type Playwright = PlaywrightWorkerArgs['playwright'];
type Session = Awaited<ReturnType<BrowserContext['cookies']>>;

/** For the administrator, who signs in once: signing in is rationed. `page.request` shares the session. */
export const test = strangerTest.extend<object, { session: Session }>({
  session: [
    async ({ playwright }, use) => {
      const baseURL = readAddress();
      const request = await playwright.request.newContext({ baseURL });
      const answer = await request.post('/api/auth/sign-in/username', {
        data: administrator,
        headers: { origin: baseURL },
      });
      expect(answer.status()).toBe(200);
      const { cookies } = await request.storageState();
      await request.dispose();
      await use(cookies);
    },
    { scope: 'worker' },
  ],
  page: async ({ page, session }, use) => {
    await page.context().addCookies(session);
    await use(page);
  },
});

/** The four samples, uploaded before the tests of a file; their SHA-256 in the samples' order. */
export async function uploadSamplesAs(playwright: Playwright, session: Session) {
  const request = await playwright.request.newContext({
    baseURL: readAddress(),
    storageState: { cookies: session, origins: [] },
  });
  const uploaded = await uploadSamples(request);
  await request.dispose();
  return uploaded;
}

interface NamedBytes {
  name: string;
  bytes: Buffer;
}

/** Uploads in one request, and waits until every prediction is final. */
export async function uploadAndWait(
  request: APIRequestContext,
  files: readonly NamedBytes[],
  chosen: readonly string[],
  within?: string,
) {
  const form = new FormData();
  for (const model of chosen) form.append('models', model);
  if (within) form.append('case', within);
  for (const { name, bytes } of files) form.append('objects', new Blob([new Uint8Array(bytes)]), name);
  const answer = await request.post('/model/predict', { multipart: form });
  expect(answer.status(), await answer.text()).toBe(202);
  const { run, objects }: UploadAnswer = await answer.json();
  const hashes = objects.map(({ sha256 }) => sha256);
  const isDone = async () => {
    const results: ObjectResults[] = await (await request.post('/model/results', { data: hashes })).json();
    return results.every((object) => object.found && object.done);
  };
  await expect.poll(isDone, { timeout: 45_000 }).toBe(true);
  return { run, hashes };
}

export async function uploadSamples(request: APIRequestContext) {
  const files = samples.map(async (name) => ({ name, bytes: await readFile(samplePath(name)) }));
  return uploadAndWait(request, await Promise.all(files), models);
}

/** The input behind "choose files". */
export const fileInput = (page: Page) => page.locator('input[type=file][aria-label=Files]');
export const folderInput = (page: Page) => page.locator('input[type=file][aria-label=Folder]');

/** The row of a file in the table of the Upload page. */
export const fileRow = (page: Page, name: string) =>
  page.getByRole('table', { name: 'Files' }).getByRole('row').filter({ hasText: name });

export async function chooseAllModels(page: Page): Promise<void> {
  const useAll = page.getByRole('button', { name: /^use all/ });
  await expect(page.getByText(/\d chosen/)).toBeVisible();
  await expect(page.getByRole('button', { name: /^use (all|none)/ })).toHaveCount(4);
  while ((await useAll.count()) > 0) await useAll.first().click();
}
