import { expectNoFaults } from './axe.ts';
import { administrator, expect, test, testAsStranger } from './fixtures.ts';

testAsStranger('a stranger is asked to sign in, and then gets the page asked for', async ({ page }) => {
  await page.goto('/models?x=1');
  await expect(page).toHaveURL(/\/sign-in\?redirect=/);
  await page.getByLabel('User name').fill(administrator.username);
  await page.getByLabel('Password', { exact: true }).fill(administrator.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/models/);
  await expect(page.getByRole('heading', { name: 'Models' })).toBeVisible();
});

testAsStranger('a wrong password is said to be wrong, and the next try works', async ({ page }) => {
  await page.goto('/sign-in');
  await page.getByLabel('User name').fill(administrator.username);
  await page.getByLabel('Password', { exact: true }).fill('something else');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toHaveText('This user name and password do not go together.');
  await page.getByLabel('Password', { exact: true }).fill(administrator.password);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/');
});

testAsStranger('a link can not send somebody elsewhere after signing in', async ({ page }) => {
  await page.goto('/sign-in?redirect=%2F%2Felsewhere.example%2F');
  await page.getByLabel('User name').fill(administrator.username);
  await page.getByLabel('Password', { exact: true }).fill(administrator.password);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/');
});

testAsStranger('the set-up link needs its token, and is of no use once somebody is there', async ({ page }) => {
  await page.goto('/set-up');
  await expect(page.getByText('This link is not complete.')).toBeVisible();
  await page.goto('/set-up?token=wrong');
  await page.getByLabel('User name').fill('somebody');
  await page.getByLabel('Password', { exact: true }).fill('a long password');
  await page.getByLabel('Password again').fill('another password');
  await page.getByRole('button', { name: 'Create and sign in' }).click();
  await expect(page.getByRole('alert')).toHaveText('The two passwords are not the same.');
  await page.getByLabel('Password again').fill('a long password');
  await page.getByRole('button', { name: 'Create and sign in' }).click();
  await expect(page.getByRole('alert')).not.toHaveText('The two passwords are not the same.');
  await expect(page.getByRole('alert')).not.toBeEmpty();
  await expect(page).toHaveURL(/\/set-up/);
});

testAsStranger('signing out leads to sign-in, and the pages are closed', async ({ page }) => {
  await page.goto('/sign-in?redirect=/runs');
  await page.getByLabel('User name').fill(administrator.username);
  await page.getByLabel('Password', { exact: true }).fill(administrator.password);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /^Account/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await page.goto('/runs');
  await expect(page).toHaveURL(/\/sign-in/);
});

test('a session that ends in the middle of the work leads to sign-in and back', async ({ page, context }) => {
  await page.goto('/runs');
  await expect(page.getByRole('heading', { name: 'Runs' })).toBeVisible();
  await context.clearCookies();
  await page.getByRole('link', { name: 'Models' }).click();
  await expect(page).toHaveURL(/\/sign-in\?redirect=%2Fmodels/);
  await page.getByLabel('User name').fill(administrator.username);
  await page.getByLabel('Password', { exact: true }).fill(administrator.password);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/models$/);
});

test('a server that can not be reached is said to be away until it is back', async ({ page, context }) => {
  await page.goto('/models');
  await expect(page.getByRole('cell', { name: /^face_detect/ })).toBeVisible();
  await context.route(/\/(trpc|healthz)/, (route) => route.abort());
  await page.getByRole('link', { name: 'Runs' }).click();
  await expect(page.getByText(/The server can’t be reached. What you see may be old/)).toBeVisible();
  await context.unrouteAll();
  await expect(page.getByText(/The server can’t be reached/)).toHaveCount(0);
  await expect(page.getByRole('heading', { name: 'Runs' })).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  testAsStranger(`axe finds no fault before signing in, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    for (const path of ['/sign-in', '/set-up?token=x', '/set-up']) {
      await page.goto(path);
      await expect(page.getByRole('main')).toBeVisible();
      await expectNoFaults(page);
    }
  });
}
