import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type RunningAssay, startAssay } from '@assay/cli/testing';
import { type Browser, type BrowserContext, expect, type Page, type Route, test } from '@playwright/test';
import { expectNoFaults } from './axe.ts';
import { openLine } from './breakable-line.ts';
import { administrator, samplePath } from './fixtures.ts';
import { look } from './look.ts';
import { type ObedientModel, startObedientModel } from './obedient-model.ts';

/* What people see of work, and do with it: with a model that does as the test tells it. */

let assay: RunningAssay;
let model: ObedientModel;
let context: BrowserContext;
let page: Page;

async function openSignedIn(browser: Browser, url: string, person = administrator): Promise<BrowserContext> {
  const opened = await browser.newContext({ baseURL: url });
  const answer = await opened.request.post('/api/auth/sign-in/username', { data: person, headers: { origin: url } });
  expect(answer.status()).toBe(200);
  return opened;
}

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000);
  model = await startObedientModel('words');
  assay = await startAssay(administrator, { ASSAY_BUNDLED_MODELS: 'none', ASSAY_MODEL_URLS: model.url });
  context = await openSignedIn(browser, assay.url);
  page = await context.newPage();
  const list = async () => (await (await context.request.get('/model/list')).json()) as { models: string[] };
  await expect.poll(async () => (await list()).models, { timeout: 30_000 }).toContain('words');
});
test.afterAll(async () => {
  await context?.close();
  await assay?.stop();
  await model?.leave();
});

/** Uploads texts as one run, and opens its page. */
async function openRun(names: string[]): Promise<string> {
  const form = new FormData();
  form.append('models', 'words');
  for (const name of names) form.append('objects', new Blob([`The text of ${name}, ${randomUUID()}.`]), name);
  const answer = await context.request.post('/model/predict', { multipart: form });
  expect(answer.status(), await answer.text()).toBe(202);
  const { run } = (await answer.json()) as { run: string };
  await page.goto(`/runs/${run}`);
  return run;
}

const states = () => page.getByRole('region', { name: 'Predictions by state' });
const shows = (words: string | RegExp) => expect(states()).toContainText(words, { timeout: 20_000 });
const interviews = (n: number) => Array.from({ length: n }, (_, i) => `interview-${i + 1}.txt`);

test('a run is watched as it goes on, given priority, and cancelled; the model stops', async () => {
  model.mood = 'holds';
  await openRun(interviews(4));
  await shows('1 running');
  await shows('3 queued');
  await shows('live');
  const files = page.getByRole('region', { name: 'Files of this run' });
  await expect(files).toContainText(/Begun just now by .+:\d+/);
  await expect(files).toContainText(/Behind \d others?/);
  await look(page, 'run-running');

  await page.getByRole('button', { name: 'Priority: normal' }).click();
  await page.getByRole('menuitemradio', { name: /^high/ }).click();
  await expect(page.getByRole('button', { name: 'Priority: high' })).toBeVisible();
  await expect(page.getByRole('menu')).toHaveCount(0);

  // What comes is shown without a reload.
  model.release();
  await shows('1 succeeded');
  await expectNoFaults(page);

  const calledOff = model.calledOff;
  await page.getByRole('button', { name: 'Cancel the rest of this run' }).click();
  const question = page.getByRole('dialog', { name: 'Cancel the rest of this run' });
  await expect(question).toContainText('3 predictions will not be made');
  await look(page, 'run-asks');
  await expectNoFaults(page);
  await page.keyboard.press('Escape');
  await shows('running');
  await page.getByRole('button', { name: 'Cancel the rest of this run' }).click();
  await question.getByRole('button', { name: 'Cancel', exact: true }).click();
  await shows('3 cancelled');
  await expect(page.getByText('Cancelled 3 predictions.')).toBeVisible();
  await expect(files).toContainText(/Cancelled by admin, just now/);
  await expect.poll(() => model.calledOff).toBeGreaterThan(calledOff);
  await look(page, 'run-cancelled');

  model.mood = 'answers';
  await page.getByRole('button', { name: 'Run the 3 cancelled after all' }).click();
  await shows('4 succeeded');
  await look(page, 'run-done');
});

test('what failed says whose fault it is, and is tried again: one, or all of the run', async () => {
  model.mood = 'refuses';
  await openRun(interviews(3));
  await shows('3 failed');
  const files = page.getByRole('region', { name: 'Files of this run' });
  await expect(files).toContainText(
    'The model refuses this file: “This text has no sentence in it.”, after 1 attempt.',
  );
  await look(page, 'run-failed');
  await page.getByRole('link', { name: '1 model', exact: true }).click();
  await expect(page.getByRole('row', { name: /^words/ })).toContainText('3 × “This text has no sentence in it.”');
  await look(page, 'run-failed-models');
  await expectNoFaults(page);

  model.mood = 'answers';
  await page.getByRole('link', { name: 'Files', exact: true }).click();
  await files.getByRole('link', { name: 'interview-2.txt' }).click();
  const card = page.getByRole('region', { name: 'words, failed' });
  await look(page, 'object-failed');
  await card.getByRole('button', { name: 'Try again: words' }).click();
  await expect(page.getByRole('region', { name: 'words, succeeded' })).toBeVisible({ timeout: 20_000 });
  await page.goBack();
  await page.getByRole('button', { name: 'Retry 2 failed' }).click();
  await expect(page.getByText('2 predictions queued again.')).toBeVisible();
  await shows('3 succeeded');
});

test('a run that is not there yet, that can’t be read, that nobody knows, and one with a file that no model takes', async () => {
  model.mood = 'answers';
  const run = await openRun(['plain.txt']);
  await shows('1 succeeded');
  const held: Route[] = [];
  let isHeld = true;
  const breakOff = (route: Route) => route.fulfill({ status: 502, body: 'Bad gateway' });
  const asksForRun = (url: URL) => url.pathname.startsWith('/trpc/') && url.pathname.includes('runs.get');
  await page.route(asksForRun, (route) => (isHeld ? void held.push(route) : breakOff(route)));
  await page.reload({ waitUntil: 'commit' });
  await expect(page.getByRole('main').locator('[aria-busy=true]')).toBeVisible();
  await expect.poll(() => held.length).toBeGreaterThan(0);
  await look(page, 'run-loading');
  isHeld = false;
  await Promise.all(held.map(breakOff));
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible({ timeout: 30_000 });
  await look(page, 'run-broken');
  await expectNoFaults(page);
  await page.unroute(asksForRun);
  await page.getByRole('button', { name: 'Try again' }).click();
  await shows('1 succeeded');

  await page.goto(`/runs/${randomUUID()}`);
  await expect(page.getByText('There is no such run.')).toBeVisible();
  await look(page, 'run-unknown');

  const form = new FormData();
  form.append('models', 'words');
  form.append('run', run);
  form.append('objects', new Blob([await readFile(samplePath('astronaut.jpg'))]), 'astronaut.jpg');
  form.append('objects', new Blob([`More of it, ${randomUUID()}`]), 'more.txt');
  const more = await context.request.post('/model/predict', { multipart: form });
  expect(more.status(), await more.text()).toBe(202);
  await page.goto(`/runs/${run}`);
  await shows('2 succeeded');
  await expect(page.getByRole('link', { name: 'astronaut.jpg' })).toBeVisible();
  await expect(page.getByText('No model that was chosen takes this type.')).toHaveCount(1);
  await look(page, 'run-mixed');
});

test('one prediction is cancelled on the page of its object', async () => {
  model.mood = 'holds';
  await openRun(['alone.txt']);
  await shows('1 running');
  await page.getByRole('link', { name: 'alone.txt' }).click();
  const card = page.getByRole('region', { name: 'words, running' });
  await look(page, 'object-running');
  await card.getByRole('button', { name: 'Cancel words' }).click();
  await page.getByRole('dialog', { name: 'Cancel words' }).getByRole('button', { name: 'Cancel', exact: true }).click();
  await expect(page.getByRole('region', { name: 'words, cancelled' })).toContainText('Cancelled by admin');
  model.mood = 'answers';
});

test('while its model is away a run waits and says so; when the line breaks it says that, and goes on by itself', async ({
  browser,
}) => {
  await model.leave();
  const run = await openRun(interviews(3));
  await shows('3 waiting for model');
  await shows('Nothing goes on until its model is back');
  await expect(page.getByRole('region', { name: 'Files of this run' })).toContainText(
    'Its model does not answer, since',
  );
  await look(page, 'run-waiting');

  const line = await openLine(assay.url.replace('localhost', '127.0.0.1'));
  const far = await openSignedIn(browser, line.url);
  try {
    const farPage = await far.newPage();
    await farPage.goto(`/runs/${run}`);
    const farStates = farPage.getByRole('region', { name: 'Predictions by state' });
    await expect(farStates).toContainText('live', { timeout: 20_000 });
    line.cut();
    await expect(farStates).toContainText('not live, connecting again', { timeout: 20_000 });
    await expect(farPage.getByText('The server can’t be reached.')).toBeVisible();
    page = farPage;
    await look(page, 'run-offline');
    await model.listen();
    line.mend();
    await expect(farStates).toContainText('3 succeeded', { timeout: 40_000 });
  } finally {
    page = await context.newPage();
    await far.close();
    line.close();
  }
});

test('a newer version is asked for the same; the old result stays and is marked', async () => {
  model.mood = 'answers';
  await openRun(['again.txt']);
  await shows('1 succeeded');
  await expect(page.getByRole('button', { name: /^Run again/ })).toHaveCount(0);
  model.version = '1.1.0';
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole('button', { name: /^Run again/ })).toBeVisible();
  }).toPass({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Run again with words 1.1.0' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Run again', exact: true }).click();
  await shows('2 succeeded');
  await expect(page.getByText('1 prediction queued with newer versions. The old results stay.')).toBeVisible();
  await look(page, 'run-again');
  await page.getByRole('link', { name: 'again.txt' }).click();
  await expect(page.getByText('from an older version')).toHaveCount(1);
  await expect(page.getByRole('button', { name: /^Run words again/ })).toHaveCount(0);
  await look(page, 'object-again');
});

test('an address is told when the run is finished, signed with a secret shown once; what failed is sent again', async () => {
  const told: { body: string; headers: IncomingHttpHeaders }[] = [];
  let status = 500;
  const receiver = createServer(async (req, res) => {
    told.push({ headers: req.headers, body: await text(req) });
    res.writeHead(status).end();
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/done`;
  model.mood = 'holds';
  try {
    await openRun(['told.txt']);
    await shows('1 running');
    await page.getByRole('link', { name: 'Webhooks', exact: true }).click();
    await expect(page.getByText('Nobody is told when this run is finished.')).toBeVisible();
    await look(page, 'run-webhooks-none');
    await page.getByLabel('Tell an address when this run is finished').fill(url);
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    const secret = await page.getByRole('textbox', { name: /^The secret for/ }).inputValue();
    await look(page, 'run-webhooks-secret');
    await page.getByRole('button', { name: 'Done', exact: true }).click();
    const added = page.getByRole('row', { name: /^that it was added/ });
    await expect(added).toContainText('It answered 500', { timeout: 20_000 });
    await look(page, 'run-webhooks-waiting');
    status = 204;
    await expect(added).toContainText('delivered', { timeout: 30_000 });

    model.release();
    const finished = page.getByRole('row', { name: /^that the run is finished/ });
    await expect(finished).toContainText('delivered', { timeout: 30_000 });
    const last = told.at(-1);
    expect(JSON.parse(last?.body ?? '')).toMatchObject({ type: 'run.finished', data: { counts: { succeeded: 1 } } });
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
    const signed = `${last?.headers['webhook-id']}.${last?.headers['webhook-timestamp']}.${last?.body}`;
    const signature = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
    expect(last?.headers['webhook-signature']).toBe(signature);

    await page.getByLabel('Tell an address when this run is finished').fill('http://10.0.0.7/hook');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('button', { name: 'Done', exact: true }).click();
    const refused = page.getByRole('region', { name: 'Webhook http://10.0.0.7/hook' });
    await expect(refused).toContainText('Webhooks at 10.0.0.7 are not permitted', { timeout: 20_000 });
    await look(page, 'run-webhooks');
    await expectNoFaults(page);

    const before = told.length;
    await finished
      .first()
      .getByRole('button', { name: /^Send again/ })
      .click();
    await expect.poll(() => told.length).toBe(before + 1);
    await refused.getByRole('button', { name: 'Remove the webhook http://10.0.0.7/hook' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await expect(refused).toHaveCount(0);
  } finally {
    model.mood = 'answers';
    receiver.close();
    receiver.closeAllConnections();
  }
});

test('a model that fails at everything is paused; an administrator sees why, and resumes it', async ({ browser }) => {
  test.setTimeout(120_000);
  model.mood = 'breaks';
  await openRun(interviews(6));
  await page.goto(`/models?open=words@${model.version}`);
  const pause = page.getByRole('region', { name: 'words is paused' });
  await expect(pause).toContainText('CUDA out of memory while reading interview-3.txt', { timeout: 45_000 });
  await look(page, 'models-paused');
  await expectNoFaults(page);

  const theirs = await openAs(browser, 'investigator');
  const theirPage = await theirs.newPage();
  await theirPage.goto(`/models?open=words@${model.version}`);
  await expect(theirPage.getByRole('region', { name: 'words is paused' })).toBeVisible();
  await expect(theirPage.getByRole('button', { name: /Resume|Cancel|Retry/ })).toHaveCount(0);
  await expect(theirPage.getByText('CUDA')).toHaveCount(0);
  await theirs.close();

  await page.getByRole('button', { name: /^Cancel 6 waiting or running/ }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Cancel 6/ })
    .click();
  await expect(page.getByText('Cancelled 6 predictions.')).toBeVisible();
  model.mood = 'answers';
  await pause.getByRole('button', { name: 'Resume words' }).click();
  await expect(pause).toHaveCount(0);
});

/** Signed in as somebody with this role who was invited. */
async function openAs(browser: Browser, role: string): Promise<BrowserContext> {
  const headers = { origin: assay.url };
  const made = await context.request.post('/trpc/people.invite', { data: { role }, headers });
  const { result } = (await made.json()) as { result: { data: { token: string } } };
  const opened = await browser.newContext({ baseURL: assay.url });
  const data = { token: result.data.token, username: role, password: 'three words that no one guesses' };
  const accepted = await opened.request.post('/api/auth/accept-invitation', { data, headers });
  expect(accepted.status(), await accepted.text()).toBe(200);
  return opened;
}
