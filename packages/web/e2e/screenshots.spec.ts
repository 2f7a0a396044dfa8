import { fileURLToPath } from 'node:url';
import { expect, samples, test, uploadSamples } from './fixtures.ts';

const pathOf = (name: string) => fileURLToPath(new URL(`../../../docs/screenshots/${name}`, import.meta.url));

/* The pictures of the README. `ASSAY_SCREENSHOTS=1 playwright test` writes them anew. */
test('pictures for the README @screenshots', async ({ page }) => {
  const { run, hashes } = await uploadSamples(page.request);
  await page.goto(`/runs/${run}`);
  await expect(page.getByText('people 2 · places 3')).toBeVisible();
  await expect(page.locator('main [data-veiled]')).toHaveCount(2);
  await page.screenshot({ path: pathOf('run.png') });
  await page.goto(`/objects/${hashes[samples.indexOf('astronaut.jpg')]}?run=${run}`);
  await expect(page.getByRole('list', { name: 'Boxes' })).toBeVisible();
  await page.keyboard.down('Space');
  await expect(page.locator('main [data-veiled=false]')).toHaveCount(1);
  // A photo: as PNG it would be half a megabyte.
  await page.screenshot({ path: pathOf('object.jpg'), type: 'jpeg', quality: 82 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto(`/objects/${hashes[samples.indexOf('report.txt')]}?run=${run}`);
  await expect(page.locator('mark').first()).toBeVisible();
  await page.screenshot({ path: pathOf('text-dark.png') });
});
