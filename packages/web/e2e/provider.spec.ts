import { startProvider, type TestProvider } from '@assay/api/testing-provider';
import { type RunningAssay, startAssay } from '@assay/cli/testing';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { expectNoFaults } from './axe.ts';
import { administrator } from './fixtures.ts';
import { look } from './look.ts';

/* Signing in elsewhere: an Assay and a provider of their own, since one with a provider looks different to everybody. */
const name = 'The Police';
let provider: TestProvider;
let assay: RunningAssay;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  provider = await startProvider({ nina: { name: 'Nina N.', preferred_username: 'nina' }, ada: {}, eve: {} });
  assay = await startAssay(administrator, {
    ASSAY_BUNDLED_MODELS: 'none',
    ASSAY_OIDC_ISSUER: provider.issuer,
    ASSAY_OIDC_CLIENT_ID: provider.clientId,
    ASSAY_OIDC_CLIENT_SECRET: provider.clientSecret,
    ASSAY_OIDC_NAME: name,
  });
});
test.afterAll(async () => {
  provider?.close();
  await assay?.stop();
});

/** Somebody's browser. The provider's own pages want a font from elsewhere: they do without. */
async function openBrowser(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ baseURL: assay.url, viewport: { width: 1440, height: 900 } });
  const known = [assay.url, provider.issuer].map((url) => new URL(url).origin);
  await context.route(
    (url) => !known.includes(url.origin),
    (route) => route.abort(),
  );
  return context.newPage();
}

/** On the provider's pages: who they are, and that Assay may know. */
async function agree(page: Page, login: string): Promise<void> {
  await page.waitForURL((url) => url.origin === provider.issuer);
  await page.locator('input[name=login]').fill(login);
  await page.locator('input[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

const button = (page: Page) => page.getByRole('button', { name: `Sign in with ${name}` });
const card = (page: Page) => page.getByRole('region', { name: `Signing in with ${name}` });

async function signInHere(page: Page): Promise<void> {
  await page.goto('/sign-in?redirect=/account');
  await page.getByLabel('User name').fill(administrator.username);
  await page.getByLabel('Password', { exact: true }).fill(administrator.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(card(page)).toContainText('Once your account is linked');
}

test('somebody goes to the provider and comes back signed in, or is told why not', async ({ browser, playwright }) => {
  test.slow();
  const page = await openBrowser(browser);
  await test.step('while the provider is away', async () => {
    await page.goto('/sign-in?redirect=%2Fruns');
    await button(page).click();
    await expect(page.getByRole('alert').filter({ hasText: name })).toHaveText(/can’t be reached at present/);
    await expectNoFaults(page);
    await look(page, 'provider-away');
    provider.serve(assay.url);
  });
  await test.step('who is not invited', async () => {
    await button(page).click();
    await agree(page, 'eve');
    await expect(page.getByText(/You have no account here/)).toBeVisible();
    await expect(page).toHaveURL(/\/sign-in/);
    await expectNoFaults(page);
    await look(page, 'provider-refused');
    await page.context().close();
  });
  const theirs = await openBrowser(browser);
  await test.step('who is invited makes an account', async () => {
    const admin = await playwright.request.newContext({ extraHTTPHeaders: await assay.signIn() });
    const invited = await admin.post(`${assay.url}/trpc/people.invite`, { data: { role: 'investigator' } });
    const { token } = (await invited.json()).result.data;
    await admin.dispose();
    await theirs.goto(`/invitation?token=${token}`);
    const goOn = theirs.getByRole('button', { name: `Go on with ${name}` });
    await expect(goOn).toBeVisible();
    await expectNoFaults(theirs);
    await look(theirs, 'provider-invitation');
    await goOn.click();
    await agree(theirs, 'nina');
    await expect(theirs).toHaveURL('/');
    await theirs.goto('/account');
    await expect(theirs.getByRole('main')).toContainText(`You sign in with ${name}`);
    await expectNoFaults(theirs);
    await look(theirs, 'provider-only');
  });
  await test.step('and signs in with it from then on', async () => {
    await theirs.getByRole('button', { name: /^Account/ }).click();
    await theirs.getByRole('menuitem', { name: 'Sign out' }).click();
    await theirs.goto('/sign-in?redirect=%2Fruns');
    await expect(button(theirs)).toBeVisible();
    await expectNoFaults(theirs);
    await look(theirs, 'provider-sign-in');
    await theirs.emulateMedia({ colorScheme: 'dark' });
    await expectNoFaults(theirs);
    await button(theirs).focus();
    await theirs.keyboard.press('Enter');
    // The provider remembers them.
    await expect(theirs).toHaveURL(/\/runs$/);
    await expect(theirs.getByRole('heading', { name: 'Runs' })).toBeVisible();
    await theirs.context().close();
  });
});

test('who has a password links the two, signs in either way, and ends the link', async ({ browser }) => {
  test.slow();
  provider.serve(assay.url);
  const page = await openBrowser(browser);
  await signInHere(page);
  await expectNoFaults(page);
  await look(page, 'provider-not-linked');
  await test.step('who says no there is told so, where they began', async () => {
    await page.getByRole('button', { name: 'Link my account' }).click();
    await page.waitForURL((url) => url.origin === provider.issuer);
    await page.getByRole('link', { name: /Cancel/ }).click();
    await expect(page).toHaveURL(/\/account\?error=access_denied/);
    await expect(card(page).getByRole('alert')).toHaveText(/You did not agree there/);
    await look(page, 'provider-not-agreed');
  });
  await page.getByRole('button', { name: 'Link my account' }).click();
  await agree(page, 'ada');
  await expect(page).toHaveURL(/\/account$/);
  await expect(card(page)).toContainText(/Linked/);
  await expectNoFaults(page);
  await look(page, 'provider-linked');

  const elsewhere = await openBrowser(browser);
  await elsewhere.goto('/sign-in?redirect=/account');
  await button(elsewhere).click();
  await agree(elsewhere, 'ada');
  await expect(elsewhere.getByRole('main')).toContainText(`${administrator.username}. As an administrator`);

  await card(elsewhere).getByRole('button', { name: 'Unlink my account' }).click();
  await elsewhere.getByRole('dialog').getByRole('button', { name: 'Unlink' }).click();
  await expect(card(elsewhere)).toContainText('Once your account is linked');
  await elsewhere.context().clearCookies({ domain: 'localhost' });
  await elsewhere.goto('/sign-in');
  await button(elsewhere).click();
  await expect(elsewhere.getByText(/You have no account here/)).toBeVisible();
  await Promise.all([page, elsewhere].map((each) => each.context().close()));
});
